import { z } from 'zod';
import { messageOf, SoundFlowError } from '../../core/errors.ts';

const SystemError = z.object({ code: z.string() });

/** The system's code of a failed call (`ENOENT`), or an empty text. */
export function codeOf(thrown: unknown): string {
  const parsed = SystemError.safeParse(thrown);
  return parsed.success ? parsed.data.code : '';
}

/** Throws what a failed `verb` of `file` means to the caller. @throws UNAVAILABLE saying what to do. */
export function fail(verb: string, file: string, cause: unknown): never {
  if (cause instanceof SoundFlowError) throw cause;
  const full = ['ENOSPC', 'EDQUOT'].includes(codeOf(cause));
  const message = full
    ? `lake: no space left to ${verb} ${file}. Free some, or move the lake with SOUNDFLOW_HOME; the same call works then.`
    : `lake: cannot ${verb} ${file}: ${messageOf(cause)}. Check the folder and its permissions.`;
  throw new SoundFlowError('UNAVAILABLE', message, { cause });
}
