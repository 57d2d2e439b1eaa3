import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';
import { messageOf, SoundFlowError } from '../../core/errors.ts';

const MAP = 'map(varchar, varchar)';

/** Columns of a checkpoint: one for each kind of action, of which every row has exactly one. */
const ACTIONS = {
  txn: 'struct(appId varchar, version bigint, lastUpdated bigint)',
  add: `struct(path varchar, partitionValues ${MAP}, size bigint, modificationTime bigint, dataChange boolean, stats varchar, tags ${MAP})`,
  remove: `struct(path varchar, deletionTimestamp bigint, dataChange boolean, extendedFileMetadata boolean, partitionValues ${MAP}, size bigint)`,
  metaData: `struct(id varchar, "name" varchar, description varchar, format struct(provider varchar, options ${MAP}), schemaString varchar, partitionColumns varchar[], configuration ${MAP}, createdTime bigint)`,
  protocol: 'struct(minReaderVersion integer, minWriterVersion integer)',
};
const NAMES = Object.keys(ACTIONS).map((name) => `"${name}"`);

/** The newest action of each file, of each writer's progress, of metadata and of protocol; removals only as long as they matter. */
const STATE = `
  select ${NAMES.join(', ')}
  from (
    select *, case
      when protocol is not null then '0'
      when metaData is not null then '1'
      when txn is not null then '2' || txn.appId
      else '3' || coalesce("add".path, remove.path)
    end as key
    from known
  )
  where key is not null
  qualify row_number() over (partition by key order by position desc) = 1
    and (remove is null or remove.deletionTimestamp >= $keepRemovedFrom)
  order by key`;

/** What a checkpoint is made of besides `actions.json`. */
export interface Basis {
  /** Path in the store of the checkpoint that lies in the folder as `before.parquet`; null where there is none. */
  readonly before: string | null;
  /** Files removed before this time, epoch milliseconds, are forgotten. */
  readonly keepRemovedFrom: number;
}

/**
 * Sums up, in `folder`, `before.parquet` and the actions of `actions.json` (JSON lines, each with its `position`), and
 * returns the path of the checkpoint. @throws DAMAGED naming the checkpoint before when that cannot be read.
 */
export async function sumUp(folder: string, { before, keepRemovedFrom }: Basis): Promise<string> {
  const written = join(folder, 'checkpoint.parquet');
  const columns = Object.entries(ACTIONS).map(([name, type]) => `"${name}": '${type}'`);
  const sources = [
    `select * from read_json(${quoted(join(folder, 'actions.json'))}, format = 'newline_delimited', columns = {position: 'bigint', ${columns.join(', ')}})`,
    ...(before === null
      ? []
      : [`select -1 as position, ${NAMES.join(', ')} from read_parquet(${quoted(join(folder, 'before.parquet'))})`]),
  ];
  await withDuckDb(folder, async (connection) => {
    if (before !== null) await requireWhole(connection, { file: join(folder, 'before.parquet'), path: before });
    await connection.run(`create view known as ${sources.join(' union all by name ')}`);
    const state = STATE.replace('$keepRemovedFrom', String(keepRemovedFrom));
    await connection.run(`copy (${state}) to ${quoted(written)} (format parquet, compression zstd)`);
  });
  return written;
}

const Counted = z.tuple([z.object({ actions: z.coerce.number(), files: z.coerce.number() })]);

/** How many actions, and files among them, a checkpoint holds. */
export async function countActions(file: string): Promise<{ readonly actions: number; readonly files: number }> {
  return withDuckDb(`${file}.spill`, async (connection) => {
    const reader = await connection.runAndReadAll(
      `select count(*) as actions, count("add") as files from read_parquet(${quoted(file)})`,
    );
    return Counted.parse(reader.getRowObjects())[0];
  });
}

async function requireWhole(connection: DuckDBConnection, { file, path }: { readonly file: string; readonly path: string }) {
  try {
    await connection.run(`select hash(columns(*)) from read_parquet(${quoted(file)})`);
  } catch (cause) {
    const advice = 'Remove it, and every reader goes on from the commits; the next checkpoint is made anew.';
    throw new SoundFlowError('DAMAGED', `${path}: is no whole checkpoint: ${messageOf(cause)}. ${advice}`, { cause });
  }
}

async function withDuckDb<T>(spill: string, work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    memory_limit: '256MB',
    temp_directory: spill,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  try {
    const connection = await instance.connect();
    try {
      return await work(connection);
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", "''")}'`;
}
