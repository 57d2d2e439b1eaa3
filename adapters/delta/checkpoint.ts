import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { messageOf, SoundFlowError } from '../../core/errors.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { countActions, sumUp } from './checkpoint-parquet.ts';
import { checkpointPath, commitFiles, logEntryOf, logFolder } from './log-files.ts';
import { readCommit } from './read-commit.ts';

/** A topic's table in a store. */
interface Table {
  readonly store: ObjectStore;
  readonly topic: string;
}

/** The newest checkpoint below a position, null when there is none, and whether there is one above. */
interface Neighbours {
  readonly before: number | null;
  readonly isNewest: boolean;
}

/** For so long a file stays known as removed after its removal, as Delta's readers and cleaners expect. */
const KEEP_REMOVED_MS = 7 * 24 * 3_600_000;

const Action = z.record(z.string(), z.looseObject({}));

/**
 * Puts the Delta checkpoint of `position` unless it is there, made from the one before it and the commits since, then
 * points `_last_checkpoint` at it. Works in a folder of its own under the system's temporary one.
 * @throws BAD_LOG when a commit is missing or cannot be read, DAMAGED when the checkpoint before cannot be, UNAVAILABLE.
 */
export async function putCheckpoint(table: Table, position: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'soundflow-checkpoint-'));
  try {
    const path = checkpointPath(table.topic, position);
    const { before, isNewest } = await neighboursOf(table, position);
    const content = (await table.store.get(path)) ?? (await makeCheckpoint(table, { before, position, folder }));
    await table.store.putIfAbsent(path, content);
    if (isNewest) await pointAt(table, { position, content, folder });
  } catch (cause) {
    if (cause instanceof SoundFlowError) throw cause;
    const advice = `Readers do without it. See that ${tmpdir()} has room; the next checkpoint sums the same commits up.`;
    throw new SoundFlowError('UNAVAILABLE', `${checkpointPath(table.topic, position)}: ${messageOf(cause)}. ${advice}`, {
      cause,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function neighboursOf({ store, topic }: Table, position: number): Promise<Neighbours> {
  let before: number | null = null;
  for await (const { path } of store.list(logFolder(topic))) {
    const entry = logEntryOf(path);
    if (entry?.kind !== 'checkpoint') continue;
    if (entry.position > position) return { before, isNewest: false };
    if (entry.position < position) before = entry.position;
  }
  return { before, isNewest: true };
}

async function makeCheckpoint(
  { store, topic }: Table,
  work: { readonly before: number | null; readonly position: number; readonly folder: string },
): Promise<Uint8Array> {
  const { before, position, folder } = work;
  const basis = before === null ? null : await store.get(checkpointPath(topic, before));
  if (basis !== null) await writeFile(join(folder, 'before.parquet'), basis);
  let at = 0;
  const lines = async function* (): AsyncIterable<string> {
    for await (const file of commitFiles({ store, topic }, before === null ? 0 : before + 1, position)) {
      at = readCommit(file.path, file.position, file.content).at;
      yield stateLines(file.position, file.content);
    }
  };
  await pipeline(lines, createWriteStream(join(folder, 'actions.json')));
  const from = basis === null || before === null ? null : checkpointPath(topic, before);
  return readFile(await sumUp(folder, { before: from, keepRemovedFrom: at - KEEP_REMOVED_MS }));
}

/** The actions of a commit that are part of the table's state, each with its position; the state itself changes no data. */
function stateLines(position: number, content: Uint8Array): string {
  const lines = Buffer.from(content).toString().trimEnd().split('\n');
  const actions = lines.map((line) => Action.parse(JSON.parse(line))).filter(({ commitInfo }) => commitInfo === undefined);
  return actions
    .map(({ add, remove, ...others }) => ({
      position,
      ...others,
      ...(add === undefined ? {} : { add: { ...add, dataChange: false } }),
      ...(remove === undefined ? {} : { remove: { ...remove, dataChange: false } }),
    }))
    .map((action) => `${JSON.stringify(action)}\n`)
    .join('');
}

/** A hint for readers, who list the log where it is missing: in a store that never overwrites, it is for a moment. */
async function pointAt(
  { store, topic }: Table,
  checkpoint: { readonly position: number; readonly content: Uint8Array; readonly folder: string },
): Promise<void> {
  const { position, content, folder } = checkpoint;
  const file = join(folder, 'written.parquet');
  await writeFile(file, content);
  const { actions, files } = await countActions(file);
  const pointer = { version: position, size: actions, sizeInBytes: content.length, numOfAddFiles: files };
  const path = `${logFolder(topic)}_last_checkpoint`;
  await store.remove(path);
  await store.putIfAbsent(path, new TextEncoder().encode(JSON.stringify(pointer)));
}
