import type { Hour } from '../hours.ts';
import type { ColumnRange } from '../ports/encoder.ts';

/** The next offset of every partition, by partition number as text. */
export type Frontier = Readonly<Record<string, number>>;

/**
 * What a commit does: `create` opens the table and fixes where each partition starts, `batch` lands records, `hour`
 * closes the hour before it, `loss` gives up a lost range, `replace` rebuilds hours, `replay` lands redeemed dead letters.
 */
export type CommitKind = 'create' | 'batch' | 'hour' | 'loss' | 'replace' | 'replay';

/** A Parquet file of rows that a commit makes visible; `path` relative to the topic's table. */
export interface LandedFile {
  readonly path: string;
  readonly bytes: number;
  readonly rows: number;
  readonly ranges: Readonly<Record<string, ColumnRange>>;
}

/** A Parquet file of dead letters; `path` relative to the topic's table. */
export interface DeadLetterFile {
  readonly path: string;
  readonly bytes: number;
  readonly rows: number;
}

/** Offsets accounted for: consumed + redeemed = rows + deadLetters + lost + empty. */
export interface Counts {
  readonly consumed: number;
  readonly redeemed: number;
  readonly rows: number;
  readonly deadLetters: number;
  readonly lost: number;
  readonly empty: number;
}

/** One numbered entry of a topic's log. `at` is workflow time, epoch milliseconds. */
export interface Commit {
  readonly position: number;
  readonly kind: CommitKind;
  readonly hour: Hour;
  readonly at: number;
  readonly before: Frontier;
  readonly after: Frontier;
  readonly files: readonly LandedFile[];
  /** Paths of files that a `replace` takes away. */
  readonly removed: readonly string[];
  readonly deadLetters: readonly DeadLetterFile[];
  readonly counts: Counts;
  readonly encoder: string;
}

/** The newest commit of a log, as far as a plan needs it; position -1 and an empty frontier before the first. */
export interface Head {
  readonly position: number;
  readonly hour: Hour | null;
  readonly frontier: Frontier;
}
