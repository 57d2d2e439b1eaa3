import type { Hour } from '../hours.ts';
import type { ColumnRange } from '../ports/encoder.ts';
import type { Mark, OffsetRange } from '../ports/event-log.ts';

/** The next offset of every partition, by partition number as text. */
export type Frontier = Readonly<Record<string, number>>;

/**
 * What a commit does: `create` opens the table and fixes where each partition starts, `batch` lands records, `hour`
 * closes the hour before it, `loss` gives up a lost range, `replace` rebuilds a closed hour, `compact` joins the files of
 * one, `replay` lands redeemed dead letters.
 */
export type CommitKind = 'create' | 'batch' | 'hour' | 'loss' | 'replace' | 'compact' | 'replay';

/** A Parquet file of rows that a commit makes visible; `path` relative to the topic's table, `digest` its SHA-256 in hex. */
export interface LandedFile {
  readonly path: string;
  readonly bytes: number;
  readonly rows: number;
  readonly digest: string;
  readonly ranges: Readonly<Record<string, ColumnRange>>;
}

/** A Parquet file of dead letters; `path` relative to the topic's table. */
export interface DeadLetterFile {
  readonly path: string;
  readonly bytes: number;
  readonly rows: number;
  readonly digest: string;
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

/** Why a partition cannot go on: retention passed the frontier, its end lies below it or it was written anew, the topic was made anew. */
export type LossReason = 'retention' | 'rewound' | 'recreated';

/**
 * Offsets given up by an operator. By retention, `[from, to)` was never landed and never will be. Rewound and recreated,
 * `[from, to)` was landed in `epoch` and is no longer in the broker, which gives those offsets to other records: they are
 * read from `from` on in the next epoch.
 */
export interface Loss extends OffsetRange {
  readonly reason: LossReason;
  readonly epoch: number;
}

/** Offsets of one epoch of a partition. */
export interface EpochRange extends OffsetRange {
  readonly epoch: number;
}

/** What a log knows after a commit, so that the next plan needs no earlier one. */
export interface Standing {
  /** Epochs of partitions that had a loss which opened one; absent means 0. */
  readonly epochs: Readonly<Record<string, number>>;
  /** The last record landed of each partition, to know its history by. */
  readonly marks: Readonly<Record<string, Mark>>;
  /** The topic's id in the broker, null where it gives none. */
  readonly topicId: string | null;
  /** Position of the newest amendment (loss, replace, compact or replay) up to here, -1 before the first. Each names the one before in `amended`. */
  readonly amendment: number;
  /** Mean bytes of a record, as last seen; 0 before the first. */
  readonly recordBytes: number;
  /** Fingerprint of the table's schema; an empty text where the commit does not say. */
  readonly schema: string;
}

/** One numbered entry of a topic's log. `at` is workflow time, epoch milliseconds. */
export interface Commit {
  readonly position: number;
  readonly kind: CommitKind;
  readonly hour: Hour;
  readonly at: number;
  readonly before: Frontier;
  readonly after: Frontier;
  readonly standing: Standing;
  /** Position of the newest amendment before this commit, -1 when there is none: amendments are a list within the log. */
  readonly amended: number;
  readonly files: readonly LandedFile[];
  /** Paths of files that a `replace` or `compact` takes away. */
  readonly removed: readonly string[];
  readonly deadLetters: readonly DeadLetterFile[];
  /** What this commit accounts for; of a `replace`, the new totals of the hour it rewrites. All zero for `compact`. */
  readonly counts: Counts;
  /** The closed hour that a `replace` or `compact` rewrites, else null. */
  readonly rewrites: Hour | null;
  readonly losses: readonly Loss[];
  /** Dead letters that a `replay` turned into rows. */
  readonly redeems: readonly EpochRange[];
  readonly encoder: string;
}

/** The newest commit of a log, as far as a plan needs it; position -1 and an empty frontier before the first. */
export interface Head {
  readonly position: number;
  readonly hour: Hour | null;
  readonly frontier: Frontier;
  readonly standing: Standing;
}

/** True for commits that change what earlier ones said. */
export function isAmendment(kind: CommitKind): boolean {
  return kind === 'loss' || kind === 'replace' || kind === 'compact' || kind === 'replay';
}
