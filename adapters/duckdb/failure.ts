import { z } from 'zod';
import type { ErrorCode } from '../../core/errors.ts';
import { SoundFlowError } from '../../core/errors.ts';

const Thrown = z.object({ message: z.string(), code: z.string().optional() });

interface Verdict {
  readonly code: ErrorCode;
  readonly text: string;
}

/**
 * What something thrown while working on the database file `file` means to a caller. DuckDB tells kinds of errors apart
 * by the first words of their text only.
 */
export function failureOf(cause: unknown, file: string): SoundFlowError {
  if (cause instanceof SoundFlowError) return cause;
  const { code, text } = judge(textOf(cause), file);
  return new SoundFlowError(code, `warehouse ${file}: ${text}`, { cause });
}

/** True when the contents of what was read are at fault, and neither disk, lock nor memory. */
export function isAboutContent(cause: unknown): boolean {
  const said = textOf(cause);
  return (
    /^(Invalid Input|Conversion|Binder|Out of Range|Serialization) Error/.test(said) && !said.includes('does not have a column')
  );
}

/** The text of anything thrown. Not every Error here is ours by `instanceof`: DuckDB makes its own outside of JavaScript. */
export function textOf(thrown: unknown): string {
  const parsed = Thrown.safeParse(thrown);
  return parsed.success ? parsed.data.message : String(thrown);
}

/** True for a system call's error of this code, such as ENOENT. */
export function isSystemError(thrown: unknown, code: string): boolean {
  return Thrown.safeParse(thrown).data?.code === code;
}

/** The first line of what DuckDB said. */
export function firstLine(cause: unknown): string {
  return textOf(cause).split('\n', 1)[0] ?? '';
}

function judge(said: string, file: string): Verdict {
  const line = firstLine(said);
  if (said.includes('Could not set lock')) return { code: 'LOCKED', text: lockText(said) };
  if (/^Catalog Error: (Table|View|Schema)\b.* does not exist/.test(said)) {
    return { code: 'NOT_FOUND', text: `${line} It appears with the first load or dbt build that writes it.` };
  }
  if (said.includes('database does not exist')) {
    return { code: 'NOT_FOUND', text: 'holds nothing yet: the first load makes it.' };
  }
  if (/not a valid DuckDB database|version number|Serialization Error/.test(said)) {
    const advice = `Move ${file} away and load again (the lake has every row), or use the DuckDB version that wrote it.`;
    return { code: 'BAD_SETTING', text: `${line} ${advice}` };
  }
  if (/No space left|Disk quota/i.test(said)) {
    return { code: 'UNAVAILABLE', text: `${line}. Free some space; the same call works then.` };
  }
  if (/^(Parser|Binder|Catalog|Conversion|Invalid Input|Permission|Out of Range) Error/.test(said)) {
    return { code: 'BAD_REQUEST', text: line };
  }
  return { code: 'UNAVAILABLE', text: `${line} Check the file, its folder and their permissions.` };
}

function lockText(said: string): string {
  const [, program = 'another program', pid = ''] = /held in (\S+) \(PID (\d+)\)/.exec(said) ?? [];
  const holder = pid === '' ? program : `process ${pid} (${program})`;
  return `in use by ${holder}. Wait until that is done with it, or close it: dbt, a worker and a DuckDB shell each hold the file while open.`;
}
