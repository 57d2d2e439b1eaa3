import { isHour, type Hour } from '../hours.ts';
import type { Commit, DeadLetterFile, EpochRange, LandedFile, Loss } from './commit.ts';
import { joinRanges } from './offset-set.ts';
import { headOf, whyNotFollowing } from './rules.ts';

/** A file that a commit named, of rows or of dead letters; paths relative to the topic's table. */
export type NamedFile = LandedFile | DeadLetterFile;

/** All that a topic's log says up to a position. */
export interface LandedTable {
  /** Position of the newest commit, -1 before the first. */
  readonly position: number;
  /** Files of rows that readers see now, by path. */
  readonly files: ReadonlyMap<string, LandedFile>;
  /** Files of dead letters that stand now, by landing hour. */
  readonly deadLetters: ReadonlyMap<Hour, readonly DeadLetterFile[]>;
  /** Every file that was ever named, by path: earlier positions can still be read. */
  readonly named: ReadonlyMap<string, NamedFile>;
  /** Offsets that batches read, by landing hour. */
  readonly consumed: ReadonlyMap<Hour, readonly EpochRange[]>;
  /** Dead letters of any hour that replays turned into rows, by the landing hour of those rows. */
  readonly redeemed: ReadonlyMap<Hour, readonly EpochRange[]>;
  readonly losses: readonly Loss[];
  /** What contradicts itself in the log, in words; none in a sound one. */
  readonly problems: readonly string[];
}

interface Fold {
  newest: Commit | null;
  readonly files: Map<string, LandedFile>;
  readonly deadLetters: Map<Hour, DeadLetterFile[]>;
  readonly named: Map<string, NamedFile>;
  readonly consumed: Map<Hour, EpochRange[]>;
  readonly redeemed: Map<Hour, EpochRange[]>;
  readonly losses: Loss[];
  readonly problems: string[];
}

/** Puts the commits of a log together, from the first on, ascending. */
export async function tableOf(commits: Iterable<Commit> | AsyncIterable<Commit>): Promise<LandedTable> {
  const fold: Fold = {
    newest: null,
    files: new Map(),
    deadLetters: new Map(),
    named: new Map(),
    consumed: new Map(),
    redeemed: new Map(),
    losses: [],
    problems: [],
  };
  for await (const commit of commits) addCommit(fold, commit);
  const { newest, consumed, redeemed, ...table } = fold;
  return { ...table, position: newest?.position ?? -1, consumed: joined(consumed), redeemed: joined(redeemed) };
}

/** The landing hour whose folder a file lies in (`2026/11/20/00/…`, `_dead_letters/2026/11/20/00/…`), null for any other path. */
export function landingHourOfPath(path: string): Hour | null {
  const [, year, month, day, hour] = /^(?:_dead_letters\/)?(\d{4})\/(\d{2})\/(\d{2})\/(\d{2})\/[^/]+$/.exec(path) ?? [];
  const text = `${String(year)}-${String(month)}-${String(day)}T${String(hour)}`;
  return isHour(text) ? text : null;
}

/** The offsets that a commit took from the topic, by epoch; those of a loss were given up and not taken. */
export function consumedBy({ kind, before, after, standing }: Commit): readonly EpochRange[] {
  if (kind !== 'batch') return [];
  return Object.entries(after).flatMap(([key, to]) => {
    const from = before[key] ?? 0;
    return to > from ? [{ epoch: standing.epochs[key] ?? 0, partition: Number(key), from, to }] : [];
  });
}

function addCommit(fold: Fold, commit: Commit): void {
  const objection = whyNotFollowing(headOf(fold.newest), commit);
  if (objection !== null) fold.problems.push(`commit ${String(commit.position)}: ${objection}`);
  fold.newest = commit;
  for (const path of commit.removed) {
    if (!fold.files.delete(path)) fold.problems.push(`commit ${String(commit.position)}: it removes ${path}, which is not there`);
  }
  for (const file of commit.files) {
    addName(fold, commit, file);
    fold.files.set(file.path, file);
  }
  if (commit.kind === 'replace' && commit.rewrites !== null) fold.deadLetters.delete(commit.rewrites);
  for (const file of commit.deadLetters) {
    addName(fold, commit, file);
    addTo(fold.deadLetters, landingHourOfPath(file.path) ?? commit.rewrites ?? commit.hour, [file]);
  }
  addTo(fold.consumed, commit.hour, consumedBy(commit));
  addTo(fold.redeemed, commit.hour, commit.redeems);
  fold.losses.push(...commit.losses);
}

function addName(fold: Fold, commit: Commit, file: NamedFile): void {
  if (fold.named.has(file.path)) fold.problems.push(`commit ${String(commit.position)}: it names ${file.path} once more`);
  fold.named.set(file.path, file);
}

function addTo<T>(lists: Map<Hour, T[]>, hour: Hour, more: readonly T[]): void {
  if (more.length === 0) return;
  const known = lists.get(hour);
  if (known === undefined) lists.set(hour, [...more]);
  else known.push(...more);
}

function joined(ranges: ReadonlyMap<Hour, readonly EpochRange[]>): ReadonlyMap<Hour, readonly EpochRange[]> {
  return new Map(Array.from(ranges, ([hour, of]) => [hour, joinRanges(of)]));
}
