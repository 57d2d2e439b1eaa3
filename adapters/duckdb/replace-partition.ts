import { access } from 'node:fs/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Table } from '../../core/columns.ts';
import { SoundFlowError } from '../../core/errors.ts';
import { startOf } from '../../core/hours.ts';
import { requireObjectPath } from '../../core/ports/object-path.ts';
import type { LoadedPartition, PartitionLoad } from '../../core/ports/warehouse.ts';
import { loadsTable } from './ensure.ts';
import { firstLine, isAboutContent } from './failure.ts';
import type { LakeFiles, LocalFile } from './lake-files.ts';
import { columnList, identifier, literal, qualified, SQL_TYPE } from './sql.ts';

/** Replaces the hour in one transaction. The caller closes the connection when this throws, which undoes all of it. */
export async function replaceHour(connection: DuckDBConnection, load: PartitionLoad, lake: LakeFiles): Promise<LoadedPartition> {
  const paths = pathsOf(load);
  await connection.run('set preserve_insertion_order = false');
  await connection.run('begin transaction');
  await requireNewest(connection, load);
  await connection.run(`delete from ${qualified(load.table)} where "_landed_hour" = ${instant(load)}`);
  let inserted = 0;
  for await (const lot of lake.lots(paths)) inserted += await insertFiles(connection, load, lot);
  const said = load.files.reduce((sum, { rows }) => sum + rows, 0);
  if (inserted !== said) throw await damaged(connection, load, lake.lots(paths));
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

function pathsOf(load: PartitionLoad): readonly string[] {
  const paths = load.files.map(({ path }) => requireObjectPath(path));
  if (new Set(paths).size < paths.length) {
    throw new SoundFlowError('BAD_REQUEST', `${describe(load)}: a file is named twice, which would load its rows twice.`);
  }
  return paths;
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

async function insertFiles(connection: DuckDBConnection, load: PartitionLoad, lot: readonly LocalFile[]): Promise<number> {
  const { table } = load;
  const casts = table.columns.map(({ name, type }) => `cast(${identifier(name)} as ${SQL_TYPE[type]})`);
  try {
    const result = await connection.run(`
      insert into ${qualified(table)} (${columnList(table.columns)})
      select ${casts.join(', ')}
      from (select ${nulls(table)} where false union all by name select * from ${readParquet(lot)})`);
    return result.rowsChanged;
  } catch (cause) {
    const missing = await firstMissing(lot);
    if (missing !== null) throw missingFile(load, missing, cause);
    if (!isAboutContent(cause)) throw cause;
    throw new SoundFlowError('DAMAGED', `${describe(load)}: a file cannot be read: ${firstLine(cause)}`, { cause });
  }
}

/** The table's columns without a value: what a file does not have is null. */
function nulls(table: Table): string {
  return table.columns.map(({ name, type }) => `null::${SQL_TYPE[type]} as ${identifier(name)}`).join(', ');
}

function readParquet(lot: readonly LocalFile[], options = ''): string {
  const list = lot.map(({ file }) => literal(file)).join(', ');
  return `read_parquet([${list}], union_by_name = true, hive_partitioning = false${options})`;
}

async function readBack(connection: DuckDBConnection, load: PartitionLoad): Promise<LoadedPartition> {
  const reader = await connection.runAndReadAll(`
    select count(*), coalesce(sum("_offset"), 0)::varchar from ${qualified(load.table)} where "_landed_hour" = ${instant(load)}`);
  const [rows = 0n, offsetSum = '0'] = reader.getRows()[0] ?? [];
  return { rows: Number(rows), offsetSum: String(offsetSum) };
}

/** Says which file holds how many rows; only asked once the sum is known to be wrong. */
async function damaged(
  connection: DuckDBConnection,
  load: PartitionLoad,
  lots: AsyncIterable<readonly LocalFile[]>,
): Promise<SoundFlowError> {
  const held = new Map<string, number>();
  for await (const lot of lots) {
    const pathOf = new Map(lot.map(({ file, path }) => [file, path]));
    const some = readParquet(lot, ', filename = true');
    const reader = await connection.runAndReadAll(`select filename, count(*) from ${some} group by filename`);
    for (const [file = '', rows = 0n] of reader.getRows()) held.set(pathOf.get(String(file)) ?? '', Number(rows));
  }
  const wrong = load.files.filter(({ path, rows }) => (held.get(path) ?? 0) !== rows);
  const [first] = wrong.map(({ path, rows }) => `${path} holds ${String(held.get(path) ?? 0)} rows, ${String(rows)} were said`);
  const more = wrong.length > 1 ? `, and ${String(wrong.length - 1)} more files differ` : '';
  return new SoundFlowError(
    'DAMAGED',
    `${describe(load)}: ${first ?? 'the rows of its files changed while they were read'}${more}.`,
  );
}

async function firstMissing(lot: readonly LocalFile[]): Promise<LocalFile | null> {
  for (const one of lot) {
    const isThere = await access(one.file).then(
      () => true,
      () => false,
    );
    if (!isThere) return one;
  }
  return null;
}

function missingFile(load: PartitionLoad, { path, file }: LocalFile, cause: unknown): SoundFlowError {
  const message = `${describe(load)}: the log names ${path}, but ${file} cannot be opened. Restore it, or rebuild the hour from the broker.`;
  return new SoundFlowError('DAMAGED', message, { cause });
}

function describe({ table, hour, position }: PartitionLoad): string {
  return `${table.schema}.${table.name} ${hour} at position ${String(position)}`;
}

function instant({ hour }: PartitionLoad): string {
  return `to_timestamp(${String(startOf(hour) / 1000)})`;
}
