import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Table } from '../../core/columns.ts';
import { SoundFlowError } from '../../core/errors.ts';
import { startOf } from '../../core/hours.ts';
import { requireObjectPath } from '../../core/ports/object-path.ts';
import type { LoadedPartition, LoadFile, PartitionLoad } from '../../core/ports/warehouse.ts';
import { loadsTable } from './ensure.ts';
import { firstLine, isAboutContent } from './failure.ts';
import { columnList, identifier, literal, qualified, SQL_TYPE } from './sql.ts';

/** Files read by one statement: keeps its text and the files open at once within bounds. */
const FILES_AT_ONCE = 1000;

interface Source {
  readonly path: string;
  readonly file: string;
  readonly rows: number;
}

/** Replaces the hour in one transaction. The caller closes the connection when this throws, which undoes all of it. */
export async function replaceHour(connection: DuckDBConnection, load: PartitionLoad, lakeDir: string): Promise<LoadedPartition> {
  const sources = sourcesOf(load, lakeDir);
  await connection.run('set preserve_insertion_order = false');
  await connection.run('begin transaction');
  await requireNewest(connection, load);
  await connection.run(`delete from ${qualified(load.table)} where "_landed_hour" = ${instant(load)}`);
  let inserted = 0;
  for (let from = 0; from < sources.length; from += FILES_AT_ONCE) {
    inserted += await insertFiles(connection, load, sources.slice(from, from + FILES_AT_ONCE));
  }
  const said = sources.reduce((sum, { rows }) => sum + rows, 0);
  if (inserted !== said) throw await damaged(connection, load, sources);
  const loaded = await readBack(connection, load);
  if (loaded.rows !== said) {
    const strangers = String(said - loaded.rows);
    throw new SoundFlowError(
      'DAMAGED',
      `${describe(load)}: ${strangers} of ${String(said)} rows name another landing hour in their file.`,
    );
  }
  await connection.run(`
    insert or replace into ${loadsTable(load.table.schema)} values (${literal(load.table.name)}, ${instant(load)},
      ${String(load.position)}, ${String(loaded.rows)}, ${loaded.offsetSum}, now())`);
  await connection.run('commit');
  return loaded;
}

function sourcesOf(load: PartitionLoad, lakeDir: string): readonly Source[] {
  const root = resolve(lakeDir);
  const paths = new Set(load.files.map(({ path }) => path));
  if (paths.size < load.files.length) {
    throw new SoundFlowError('BAD_REQUEST', `${describe(load)}: a file is named twice, which would load its rows twice.`);
  }
  return load.files.map(({ path, rows }: LoadFile) => ({ path, rows, file: join(root, requireObjectPath(path)) }));
}

async function requireNewest(connection: DuckDBConnection, load: PartitionLoad): Promise<void> {
  const reader = await connection.runAndReadAll(`
    select position from ${loadsTable(load.table.schema)}
    where table_name = ${literal(load.table.name)} and hour = ${instant(load)}`);
  const [loaded] = reader.getRows()[0] ?? [];
  if (typeof loaded !== 'bigint' || loaded <= load.position) return;
  throw new SoundFlowError(
    'BAD_REQUEST',
    `${describe(load)}: loaded from position ${String(loaded)} already, which is newer. Plan again from the head of the log.`,
  );
}

async function insertFiles(connection: DuckDBConnection, load: PartitionLoad, sources: readonly Source[]): Promise<number> {
  const { table } = load;
  const casts = table.columns.map(({ name, type }) => `cast(${identifier(name)} as ${SQL_TYPE[type]})`);
  try {
    const result = await connection.run(`
      insert into ${qualified(table)} (${columnList(table.columns)})
      select ${casts.join(', ')}
      from (select ${nulls(table)} where false union all by name select * from ${readParquet(sources)})`);
    return result.rowsChanged;
  } catch (cause) {
    const missing = await firstMissing(sources);
    if (missing !== null) throw missingFile(load, missing, cause);
    if (!isAboutContent(cause)) throw cause;
    throw new SoundFlowError('DAMAGED', `${describe(load)}: a file cannot be read: ${firstLine(cause)}`, { cause });
  }
}

/** The table's columns without a value: what a file does not have is null. */
function nulls(table: Table): string {
  return table.columns.map(({ name, type }) => `null::${SQL_TYPE[type]} as ${identifier(name)}`).join(', ');
}

function readParquet(sources: readonly Source[], options = ''): string {
  const list = sources.map(({ file }) => literal(file)).join(', ');
  return `read_parquet([${list}], union_by_name = true, hive_partitioning = false${options})`;
}

async function readBack(connection: DuckDBConnection, load: PartitionLoad): Promise<LoadedPartition> {
  const reader = await connection.runAndReadAll(`
    select count(*), coalesce(sum("_offset"), 0)::varchar from ${qualified(load.table)} where "_landed_hour" = ${instant(load)}`);
  const [rows = 0n, offsetSum = '0'] = reader.getRows()[0] ?? [];
  return { rows: Number(rows), offsetSum: String(offsetSum) };
}

/** Says which file holds how many rows; only asked once the sum is known to be wrong. */
async function damaged(connection: DuckDBConnection, load: PartitionLoad, sources: readonly Source[]): Promise<SoundFlowError> {
  const held = new Map<string, number>();
  for (let from = 0; from < sources.length; from += FILES_AT_ONCE) {
    const some = readParquet(sources.slice(from, from + FILES_AT_ONCE), ', filename = true');
    const reader = await connection.runAndReadAll(`select filename, count(*) from ${some} group by filename`);
    for (const [file = '', rows = 0n] of reader.getRows()) held.set(String(file), Number(rows));
  }
  const wrong = sources.filter(({ file, rows }) => (held.get(file) ?? 0) !== rows);
  const [first] = wrong.map(
    ({ path, file, rows }) => `${path} holds ${String(held.get(file) ?? 0)} rows, ${String(rows)} were said`,
  );
  const more = wrong.length > 1 ? `, and ${String(wrong.length - 1)} more files differ` : '';
  return new SoundFlowError(
    'DAMAGED',
    `${describe(load)}: ${first ?? 'the rows of its files changed while they were read'}${more}.`,
  );
}

async function firstMissing(sources: readonly Source[]): Promise<Source | null> {
  for (const source of sources) {
    const isThere = await access(source.file).then(
      () => true,
      () => false,
    );
    if (!isThere) return source;
  }
  return null;
}

function missingFile(load: PartitionLoad, { path, file }: Source, cause: unknown): SoundFlowError {
  const message = `${describe(load)}: the log names ${path}, but ${file} cannot be opened. Restore it, or rebuild the hour from the broker.`;
  return new SoundFlowError('DAMAGED', message, { cause });
}

function describe({ table, hour, position }: PartitionLoad): string {
  return `${table.schema}.${table.name} ${hour} at position ${String(position)}`;
}

function instant({ hour }: PartitionLoad): string {
  return `to_timestamp(${String(startOf(hour) / 1000)})`;
}
