import { SoundFlowError } from '../core/errors.ts';
import type { Hour } from '../core/hours.ts';
import type { Commit } from '../core/landing/commit.ts';
import type { CommitLog } from '../core/ports/commit-log.ts';
import type { LoadFile } from '../core/ports/warehouse.ts';

/** One landing hour of a topic, as of a position of its log. */
export interface HourAt {
  readonly topic: string;
  readonly hour: Hour;
  readonly position: number;
}

/** The files of rows that the log names for an hour; paths relative to the lake's root. @throws BAD_LOG */
export async function filesOfHour(commits: CommitLog, wanted: HourAt): Promise<readonly LoadFile[]> {
  const files = new Map<string, LoadFile>();
  for await (const commit of commitsOfHour(commits, wanted)) {
    for (const path of commit.removed) files.delete(path);
    for (const file of commit.files) files.set(file.path, { path: `${wanted.topic}/${file.path}`, rows: file.rows });
  }
  return [...files.values()];
}

/**
 * Commits that made an hour what it is, ascending: those that landed into it, then those that rewrote it. Hours never go
 * back along the log, so the first is found by halving; amendments are a list within it. @throws BAD_LOG
 */
export async function* commitsOfHour(commits: CommitLog, wanted: HourAt): AsyncIterable<Commit> {
  const first = await firstAtOrAfter(commits, wanted);
  for await (const commit of commits.range(wanted.topic, first, wanted.position)) {
    if (commit.hour > wanted.hour) break;
    if (commit.rewrites === null) yield commit;
  }
  const rewrites: Commit[] = [];
  for await (const commit of amendments(commits, wanted.topic, wanted.position)) {
    if (commit.position < first) break;
    if (commit.rewrites === wanted.hour) rewrites.push(commit);
  }
  yield* rewrites.reverse();
}

/** Amendments at or before a position, newest first. @throws BAD_LOG */
export async function* amendments(commits: CommitLog, topic: string, position: number): AsyncIterable<Commit> {
  if (position < 0) return;
  for (let at = (await commitAt(commits, topic, position)).standing.amendment; at >= 0;) {
    const commit = await commitAt(commits, topic, at);
    yield commit;
    at = commit.amended;
  }
}

async function firstAtOrAfter(commits: CommitLog, wanted: HourAt): Promise<number> {
  let low = 0;
  let high = wanted.position + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const commit = await commitAt(commits, wanted.topic, middle);
    if (commit.hour < wanted.hour) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The commit at a position that the log must have. @throws BAD_LOG */
export async function commitAt(commits: CommitLog, topic: string, position: number): Promise<Commit> {
  const commit = await commits.read(topic, position);
  if (commit !== null) return commit;
  throw new SoundFlowError(
    'BAD_LOG',
    `${topic}: commit ${String(position)} is missing below the head of the log. Restore it from a backup of the lake.`,
  );
}
