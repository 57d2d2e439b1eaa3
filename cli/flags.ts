import { InvalidArgumentError } from 'commander';
import type { Output } from './output.ts';

/** Flags that most commands have. */
export interface Flags {
  readonly json?: boolean;
}

/** The option that makes a command print one line of JSON. */
export const JSON_FLAG = ['--json', 'one line of JSON instead of text'] as const;

/** Reads a whole number above 0. */
export function positive(text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('write a whole number above 0.');
}

/** Where a command with these flags writes. */
export function outputOf({ json = false }: Flags): Output {
  return { json, write: (line) => process.stdout.write(`${line}\n`) };
}

/** Where a command tells how far it is. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}
