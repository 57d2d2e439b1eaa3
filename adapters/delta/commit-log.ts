import type { Commit } from '../../core/landing/commit.ts';
import type { CommitLog } from '../../core/ports/commit-log.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { putCheckpoint } from './checkpoint.ts';
import { commitFiles, commitPath, logEntryOf, logFolder, missingCommit } from './log-files.ts';
import { readCommit } from './read-commit.ts';
import { writeCommit } from './write-commit.ts';

/** Each topic's log as the Delta Lake log of the table `<topic>/` in `store`. */
export function createDeltaCommitLog(store: ObjectStore): CommitLog {
  async function read(topic: string, position: number): Promise<Commit | null> {
    const path = commitPath(topic, position);
    const content = await store.get(path);
    return content === null ? null : readCommit(path, position, content);
  }

  async function newest(topic: string, from: number): Promise<Commit | null> {
    let known = await read(topic, from);
    if (known === null) return refuseHeadless(store, topic, from);
    let step = 1;
    let missing: number | null = null;
    while (missing === null || missing - known.position > 1) {
      const probe: number = missing === null ? known.position + step : Math.floor((known.position + missing) / 2);
      const commit = await read(topic, probe);
      if (commit === null) missing = probe;
      else known = commit;
      step *= 2;
    }
    return known;
  }

  async function* range(topic: string, from: number, to: number): AsyncIterable<Commit> {
    for await (const { path, position, content } of commitFiles({ store, topic }, from, to)) {
      yield readCommit(path, position, content);
    }
  }

  return {
    append: async (topic, commit, columns) =>
      store.putIfAbsent(commitPath(topic, commit.position), writeCommit({ topic, commit, columns })),
    read,
    newest,
    range,
    checkpoint: (topic, position) => putCheckpoint({ store, topic }, position),
  };
}

/** A log must not begin above the position it is read from: planning from nothing would land all over again. */
async function refuseHeadless(store: ObjectStore, topic: string, from: number): Promise<null> {
  for await (const { path } of store.list(logFolder(topic))) {
    const entry = logEntryOf(path);
    if (entry !== null && entry.position > from) throw missingCommit(topic, from);
    if (entry?.kind === 'commit') return null;
  }
  return null;
}
