import { hourOf, laterHour, type Hour } from '../hours.ts';
import type { Commit, CommitKind, Counts, DeadLetterFile, EpochRange, Head, LandedFile } from './commit.ts';

const NONE: Counts = { consumed: 0, redeemed: 0, rows: 0, deadLetters: 0, lost: 0, empty: 0 };

/** What an amendment adds to the head of a log and takes away. */
export interface Amendment {
  readonly kind: Extract<CommitKind, 'replace' | 'compact' | 'replay'>;
  readonly rewrites: Hour | null;
  readonly files: readonly LandedFile[];
  readonly removed: readonly string[];
  readonly deadLetters: readonly DeadLetterFile[];
  readonly redeems: readonly EpochRange[];
  readonly counts: Counts;
}

/** Who writes a commit, and when: `at` in epoch milliseconds. */
export interface Writer {
  readonly at: number;
  readonly encoder: string;
  readonly schema: string;
}

/** The landing hour that an amendment of this kind is filed in: a replay lands rows now, the others change an hour that is closed. */
export function hourOfAmendment(kind: Amendment['kind'], head: Head, at: number): Hour {
  const now = hourOf(at);
  if (head.hour === null) return now;
  return kind === 'replay' ? laterHour(head.hour, now) : head.hour;
}

/** The commit of an amendment on top of `head`; it reads nothing, so the frontier stays. */
export function amendmentCommit(amendment: Amendment, head: Head, { at, encoder, schema }: Writer): Commit {
  const position = head.position + 1;
  return {
    ...amendment,
    position,
    hour: hourOfAmendment(amendment.kind, head, at),
    at,
    before: head.frontier,
    after: head.frontier,
    standing: { ...head.standing, amendment: position, schema },
    amended: head.standing.amendment,
    losses: [],
    encoder,
  };
}

/** One file or several in place of those of a closed hour, with the same rows. */
export function compaction(hour: Hour, removed: readonly LandedFile[], files: readonly LandedFile[]): Amendment {
  const paths = removed.map(({ path }) => path);
  return { kind: 'compact', rewrites: hour, files, removed: paths, deadLetters: [], redeems: [], counts: NONE };
}

/** Dead letters that became rows. */
export function redemption(files: readonly LandedFile[], redeems: readonly EpochRange[]): Amendment {
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  return {
    kind: 'replay',
    rewrites: null,
    files,
    removed: [],
    deadLetters: [],
    redeems,
    counts: { ...NONE, redeemed: rows, rows },
  };
}
