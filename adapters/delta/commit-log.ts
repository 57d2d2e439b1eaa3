import { SoundFlowError } from '../../core/errors.ts';
import type { Commit } from '../../core/landing/commit.ts';
import type { CommitLog } from '../../core/ports/commit-log.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { readCommit } from './read-commit.ts';
import { writeCommit } from './write-commit.ts';

const READ_AHEAD = 16;
const COMMIT_FILE = /\/(\d{20})\.json$/;

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
    for (let start = from; start <= to; start += READ_AHEAD) {
      const positions = Array.from({ length: Math.min(READ_AHEAD, to - start + 1) }, (_, index) => start + index);
      const commits = await Promise.all(positions.map(async (position) => ({ position, commit: await read(topic, position) })));
      for (const { position, commit } of commits) {
        if (commit === null) throw missingCommit(topic, position);
        yield commit;
      }
    }
  }

  return {
    append: async (topic, commit, columns) =>
      store.putIfAbsent(commitPath(topic, commit.position), writeCommit({ topic, commit, columns })),
    read,
    newest,
    range,
  };
}

/** Path of a commit in the store: `<topic>/_delta_log/<20 digits>.json`. */
function commitPath(topic: string, position: number): string {
  return `${topic}/_delta_log/${String(position).padStart(20, '0')}.json`;
}

/** A log must not begin above the position it is read from: planning from nothing would land all over again. */
async function refuseHeadless(store: ObjectStore, topic: string, from: number): Promise<null> {
  for await (const { path } of store.list(`${topic}/_delta_log/`)) {
    const position = Number(COMMIT_FILE.exec(path)?.[1] ?? Number.NaN);
    if (Number.isNaN(position)) continue;
    if (position > from) throw missingCommit(topic, from);
    return null;
  }
  return null;
}

function missingCommit(topic: string, position: number): SoundFlowError {
  const path = commitPath(topic, position);
  return new SoundFlowError(
    'BAD_LOG',
    `${path}: missing, though the log of ${topic} goes on after it. Restore the file from a backup.`,
  );
}
