import { z } from 'zod';
import { SoundFlowError } from '../../core/errors.ts';

const Thrown = z.object({ message: z.string(), code: z.string().optional() });

/** What something thrown while working on the catalogue's file means to a caller. */
export function failureOf(cause: unknown, file: string): SoundFlowError {
  if (cause instanceof SoundFlowError) return cause;
  const { message, code = '' } = Thrown.safeParse(cause).data ?? { message: String(cause) };
  const failure = (kind: 'LOCKED' | 'BAD_SETTING' | 'BAD_REQUEST' | 'UNAVAILABLE', text: string): SoundFlowError =>
    new SoundFlowError(kind, `catalog ${file}: ${text}`, { cause });

  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) {
    return failure(
      'LOCKED',
      'another process has been writing to it for too long. Try again; if it stays so, end what holds the file open.',
    );
  }
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) {
    const advice = 'Move it away: the catalogue is made again from the logs, no data is lost.';
    return failure('BAD_SETTING', `the file is damaged or no SQLite database (${message}). ${advice}`);
  }
  if (/^SQLITE_(READONLY|PERM|AUTH)/.test(code)) {
    return failure(
      'BAD_SETTING',
      `the file cannot be written (${message}). Give this user the right to write it and its folder.`,
    );
  }
  if (/^SQLITE_(CONSTRAINT|MISMATCH)/.test(code)) return failure('BAD_REQUEST', `a fact is not whole: ${message}.`);
  return failure('UNAVAILABLE', `${message}. Check the file, its folder, their permissions and the space left.`);
}
