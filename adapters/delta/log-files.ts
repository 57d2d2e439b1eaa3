import { SoundFlowError } from '../../core/errors.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';

const READ_AHEAD = 16;

/** One file of a topic's log as it lies in the store. */
export interface LogFile {
  readonly position: number;
  readonly path: string;
  readonly content: Uint8Array;
}

/** Folder of a topic's log in the store, with its slash. */
export function logFolder(topic: string): string {
  return `${topic}/_delta_log/`;
}

/** Path of a commit in the store: `<topic>/_delta_log/<20 digits>.json`. */
export function commitPath(topic: string, position: number): string {
  return `${logFolder(topic)}${digits(position)}.json`;
}

/** Path of the checkpoint that sums up all commits up to a position: `<topic>/_delta_log/<20 digits>.checkpoint.parquet`. */
export function checkpointPath(topic: string, position: number): string {
  return `${logFolder(topic)}${digits(position)}.checkpoint.parquet`;
}

/** What a path in a log's folder is, and of which position; null for everything else, such as `_last_checkpoint`. */
export function logEntryOf(path: string): { readonly kind: 'commit' | 'checkpoint'; readonly position: number } | null {
  const [, position, ending] = /\/_delta_log\/(\d{20})\.(json|checkpoint\.parquet)$/.exec(path) ?? [];
  return position === undefined ? null : { kind: ending === 'json' ? 'commit' : 'checkpoint', position: Number(position) };
}

/** Commit files of `[from, to]`, ascending, a few read at a time. @throws BAD_LOG when one is missing. */
export async function* commitFiles(
  { store, topic }: { readonly store: ObjectStore; readonly topic: string },
  from: number,
  to: number,
): AsyncIterable<LogFile> {
  for (let start = from; start <= to; start += READ_AHEAD) {
    const positions = Array.from({ length: Math.min(READ_AHEAD, to - start + 1) }, (_, index) => start + index);
    const read = async (position: number) => ({ position, content: await store.get(commitPath(topic, position)) });
    for (const { position, content } of await Promise.all(positions.map(read))) {
      if (content === null) throw missingCommit(topic, position);
      yield { position, path: commitPath(topic, position), content };
    }
  }
}

/** The error of a log with a hole. */
export function missingCommit(topic: string, position: number): SoundFlowError {
  const path = commitPath(topic, position);
  return new SoundFlowError(
    'BAD_LOG',
    `${path}: missing, though the log of ${topic} goes on after it. Restore the file from a backup.`,
  );
}

function digits(position: number): string {
  return String(position).padStart(20, '0');
}
