import { z } from 'zod';

const SystemError = z.object({ code: z.string() });

/** The system's code of a failed call (`ENOENT`), or an empty text. */
export function codeOf(thrown: unknown): string {
  const parsed = SystemError.safeParse(thrown);
  return parsed.success ? parsed.data.code : '';
}

/** What a file operation gives, or null when there is no such file. */
export async function missingAsNull<T>(operation: Promise<T>): Promise<T | null> {
  try {
    return await operation;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}
