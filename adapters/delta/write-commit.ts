import type { Column } from '../../core/columns.ts';
import type { Commit, CommitKind, LandedFile } from '../../core/landing/commit.ts';
import { schemaString, tableId } from './schema.ts';

type Action = Readonly<Record<string, unknown>>;

const OPERATIONS: Readonly<Record<CommitKind, readonly [operation: string, mode: string]>> = {
  create: ['CREATE TABLE', 'ErrorIfExists'],
  batch: ['WRITE', 'Append'],
  hour: ['WRITE', 'Append'],
  loss: ['WRITE', 'Append'],
  replace: ['WRITE', 'Overwrite'],
  replay: ['WRITE', 'Append'],
};

/** What one Delta commit is made from. */
export interface TableCommit {
  readonly topic: string;
  readonly commit: Commit;
  /** Columns of the topic's contract, for the schema at position 0. */
  readonly columns: readonly Column[];
}

/** The Delta commit file, one JSON action a line; equal commits give equal bytes. */
export function writeCommit({ topic, commit, columns }: TableCommit): Uint8Array {
  const opening = commit.position === 0 ? openingOf(topic, commit.at, columns) : [];
  const actions: readonly Action[] = [
    commitInfo(commit),
    ...opening,
    ...progressOf(commit),
    ...commit.removed.map((path) => removeOf(path, commit.at)),
    ...commit.files.map((file) => addOf(file, commit.at)),
  ];
  return new TextEncoder().encode(actions.map((action) => `${JSON.stringify(action)}\n`).join(''));
}

function commitInfo(commit: Commit): Action {
  const [operation, mode] = OPERATIONS[commit.kind];
  const { position, kind, hour, before, after, counts, encoder } = commit;
  const { consumed, redeemed, rows, deadLetters, lost, empty } = counts;
  const soundflow = {
    format: 1,
    position,
    kind,
    hour,
    before: sorted(before),
    after: sorted(after),
    deadLetters: commit.deadLetters.map(({ path, bytes, rows: held }) => ({ path, bytes, rows: held })),
    counts: { consumed, redeemed, rows, deadLetters, lost, empty },
    encoder,
  };
  return { commitInfo: { timestamp: commit.at, operation, operationParameters: { mode }, engineInfo: 'SoundFlow', soundflow } };
}

function openingOf(topic: string, at: number, columns: readonly Column[]): readonly Action[] {
  const metaData = {
    id: tableId(topic),
    name: topic,
    format: { provider: 'parquet', options: {} },
    schemaString: schemaString(columns),
    partitionColumns: [],
    configuration: {},
    createdTime: at,
  };
  return [{ protocol: { minReaderVersion: 1, minWriterVersion: 2 } }, { metaData }];
}

/** One `txn` for each partition that moved, as streaming writers do; the whole frontier is in `commitInfo`. */
function progressOf({ before, after, at }: Commit): readonly Action[] {
  return Object.entries(sorted(after))
    .filter(([partition, offset]) => before[partition] !== offset)
    .map(([partition, offset]) => ({ txn: { appId: `soundflow/${partition}`, version: offset, lastUpdated: at } }));
}

function addOf({ path, bytes, rows, ranges }: LandedFile, at: number): Action {
  const columns = Object.entries(sorted(ranges));
  const stats = {
    numRecords: rows,
    minValues: Object.fromEntries(columns.map(([name, range]) => [name, range.min])),
    maxValues: Object.fromEntries(columns.map(([name, range]) => [name, range.max])),
  };
  const add = { path: encodedPath(path), partitionValues: {}, size: bytes, modificationTime: at, dataChange: true };
  return { add: { ...add, stats: JSON.stringify(stats) } };
}

function removeOf(path: string, at: number): Action {
  return { remove: { path: encodedPath(path), deletionTimestamp: at, dataChange: true } };
}

function encodedPath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

function sorted<T>(record: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
