import type { Hour } from '../hours.ts';
import type { DeadLetter } from '../ports/landed-files.ts';

/** Dead letters of one landing hour, in the order of its files. */
export interface HourOfDeadLetters {
  readonly hour: Hour;
  readonly letters: readonly DeadLetter[];
}

/** Which dead letters of a topic to look for: those of hours `[from, to)`, null where left open. */
export interface DeadLetterQuery {
  readonly topic: string;
  readonly from: Hour | null;
  readonly to: Hour | null;
}
