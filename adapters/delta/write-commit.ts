import { LINEAGE, type Column } from '../../core/columns.ts';
import { SoundFlowError } from '../../core/errors.ts';
import type { Commit, CommitKind, LandedFile } from '../../core/landing/commit.ts';
import { schemaString, tableId } from './schema.ts';
import { sorted, storyOf } from './story.ts';

type Action = Readonly<Record<string, unknown>>;

/** What a commit is called in the table's history, and its parameters there. */
const OPERATIONS: Readonly<Record<CommitKind, readonly [operation: string, parameters: Readonly<Record<string, string>>]>> = {
  create: ['CREATE TABLE', { mode: 'ErrorIfExists' }],
  batch: ['WRITE', { mode: 'Append' }],
  hour: ['WRITE', { mode: 'Append' }],
  loss: ['WRITE', { mode: 'Append' }],
  replace: ['WRITE', { mode: 'Overwrite' }],
  compact: ['OPTIMIZE', { predicate: '[]' }],
  replay: ['WRITE', { mode: 'Append' }],
};

/** Lineage is in every row, whatever the contract. */
const NULL_COUNT = Object.fromEntries(LINEAGE.map(({ name }) => [name, 0]));

/** What one Delta commit is made from. */
export interface TableCommit {
  readonly topic: string;
  readonly commit: Commit;
  /** Columns of the topic's contract where this commit gives the table a schema, which the first must. */
  readonly columns: readonly Column[] | null;
}

/** The Delta commit file, one JSON action a line; equal commits give equal bytes. @throws BAD_REQUEST for a first commit without columns. */
export function writeCommit({ topic, commit, columns }: TableCommit): Uint8Array {
  if (commit.position === 0 && columns === null)
    throw new SoundFlowError('BAD_REQUEST', `${topic}: commit 0 opens the table. Give it the columns of the topic's contract.`);
  const actions: readonly Action[] = [
    commitInfo(commit),
    ...(commit.position === 0 ? [{ protocol: { minReaderVersion: 1, minWriterVersion: 2 } }] : []),
    ...(columns === null ? [] : [metaDataOf(topic, commit.at, columns)]),
    ...progressOf(commit),
    ...commit.removed.map((path) => removeOf(path, commit)),
    ...commit.files.map((file) => addOf(file, commit)),
  ];
  return new TextEncoder().encode(actions.map((action) => `${JSON.stringify(action)}\n`).join(''));
}

function commitInfo(commit: Commit): Action {
  const [operation, operationParameters] = OPERATIONS[commit.kind];
  const soundflow = storyOf(commit);
  return { commitInfo: { timestamp: commit.at, operation, operationParameters, engineInfo: 'SoundFlow', soundflow } };
}

function metaDataOf(topic: string, createdTime: number, columns: readonly Column[]): Action {
  return {
    metaData: {
      id: tableId(topic),
      name: topic,
      format: { provider: 'parquet', options: {} },
      schemaString: schemaString(columns),
      partitionColumns: [],
      configuration: {},
      createdTime,
    },
  };
}

/** One `txn` for each partition that moved, as streaming writers do; the whole frontier is in `commitInfo`. Each epoch counts anew. */
function progressOf({ before, after, at, standing }: Commit): readonly Action[] {
  return Object.entries(sorted(after))
    .filter(([partition, offset]) => before[partition] !== offset)
    .map(([partition, version]) => {
      const epoch = standing.epochs[partition] ?? 0;
      const appId = epoch === 0 ? `soundflow/${partition}` : `soundflow/${partition}/${String(epoch)}`;
      return { txn: { appId, version, lastUpdated: at } };
    });
}

/** Joining files changes no row, which lets those who follow the table's changes pass over it. */
function changesData({ kind }: Commit): boolean {
  return kind !== 'compact';
}

function addOf({ path, bytes, rows, digest, ranges }: LandedFile, commit: Commit): Action {
  const columns = Object.entries(sorted(ranges));
  const stats = {
    numRecords: rows,
    minValues: Object.fromEntries(columns.map(([name, range]) => [name, range.min])),
    maxValues: Object.fromEntries(columns.map(([name, range]) => [name, range.max])),
    nullCount: NULL_COUNT,
  };
  return {
    add: {
      path: encodedPath(path),
      partitionValues: {},
      size: bytes,
      modificationTime: commit.at,
      dataChange: changesData(commit),
      stats: JSON.stringify(stats),
      ...(digest === '' ? {} : { tags: { sha256: digest } }),
    },
  };
}

function removeOf(path: string, commit: Commit): Action {
  return {
    remove: {
      path: encodedPath(path),
      deletionTimestamp: commit.at,
      dataChange: changesData(commit),
      extendedFileMetadata: false,
      partitionValues: {},
    },
  };
}

function encodedPath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
