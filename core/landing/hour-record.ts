import type { Hour } from '../hours.ts';
import { consumedBy } from './table.ts';
import type { Commit, Counts, DeadLetterFile, EpochRange, LandedFile } from './commit.ts';

/** All that a log says of one landing hour, up to a position. */
export interface HourRecord {
  readonly hour: Hour;
  /** Files that readers see now. */
  readonly files: readonly LandedFile[];
  readonly deadLetters: readonly DeadLetterFile[];
  /** Offsets that its batches read, by epoch. */
  readonly read: readonly EpochRange[];
  /** Dead letters of any hour that its replays landed. */
  readonly redeemed: readonly EpochRange[];
  readonly counts: Counts;
}

const NONE: Counts = { consumed: 0, redeemed: 0, rows: 0, deadLetters: 0, lost: 0, empty: 0 };

/** Puts the commits of an hour together, ascending: those that landed into it, then those that rewrote it. */
export function recordOf(hour: Hour, commits: readonly Commit[]): HourRecord {
  let record: HourRecord = { hour, files: [], deadLetters: [], read: [], redeemed: [], counts: NONE };
  for (const commit of commits) record = commit.rewrites === null ? landed(record, commit) : rewritten(record, commit);
  return record;
}

function landed(record: HourRecord, commit: Commit): HourRecord {
  return {
    ...record,
    files: [...record.files, ...commit.files],
    deadLetters: [...record.deadLetters, ...commit.deadLetters],
    read: [...record.read, ...consumedBy(commit)],
    redeemed: [...record.redeemed, ...commit.redeems],
    counts: added(record.counts, commit.counts),
  };
}

function rewritten(record: HourRecord, commit: Commit): HourRecord {
  const removed = new Set(commit.removed);
  const files = [...record.files.filter(({ path }) => !removed.has(path)), ...commit.files];
  if (commit.kind === 'compact') return { ...record, files };
  return { ...record, files, deadLetters: commit.deadLetters, counts: commit.counts };
}

function added(a: Counts, b: Counts): Counts {
  return {
    consumed: a.consumed + b.consumed,
    redeemed: a.redeemed + b.redeemed,
    rows: a.rows + b.rows,
    deadLetters: a.deadLetters + b.deadLetters,
    lost: a.lost + b.lost,
    empty: a.empty + b.empty,
  };
}
