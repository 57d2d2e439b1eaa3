import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { DuckDBBlobValue, type DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';
import { isRanged, type Column, type ColumnType } from '../../core/columns.ts';
import { SoundFlowError } from '../../core/errors.ts';
import type { EncodedFile } from '../../core/ports/encoder.ts';
import type { DeadLetter, FileFacts, LandedFiles } from '../../core/ports/landed-files.ts';
import { rangesOf, runCopy, type CopyStats } from './copy-stats.ts';
import { firstLine } from './failure.ts';
import { readWithDigest } from './parquet-file.ts';
import { isNoRoom, scratchFailure } from './scratch.ts';
import { once, openScratchEngine, type ScratchEngine } from './scratch-engine.ts';
import { identifier, literal, SQL_TYPE } from './sql.ts';

/** Reads and joins landed files with DuckDB, in a scratch folder (null: in memory where the machine has a place for it) that is opened when first needed. */
export function createDuckDbLandedFiles({ scratchDir }: { readonly scratchDir: string | null }): LandedFiles {
  const engine = once(() => openScratchEngine(scratchDir));
  const withFiles = async <T>(contents: readonly Uint8Array[], work: (files: Files) => Promise<T>) =>
    whileWritten(await engine(), contents, work);
  return {
    digest: (content) => createHash('sha256').update(content).digest('hex'),
    inspect: (content) => withFiles([content], inspect),
    merge: (contents) => withFiles(contents, merge),
    deadLetters: (content) => withFiles([content], deadLetters),
  };
}

/** How much smaller than its JSON a file of events is. */
const USUAL_COMPRESSION = 10;
/** Rows of a group at most, and bytes of JSON in one: memory grows with it. */
const GROUP_ROWS = 24_576;
const GROUP_BYTES = 1 << 25;
const LEAST_GROUP_ROWS = 4;

/** Files in the scratch folder; `source` is SQL for the rows of all of them, in order. */
interface Files {
  readonly engine: ScratchEngine;
  readonly connection: DuckDBConnection;
  readonly source: string;
  /** Bytes of all files. */
  readonly bytes: number;
}

async function whileWritten<T>(
  engine: ScratchEngine,
  contents: readonly Uint8Array[],
  work: (files: Files) => Promise<T>,
): Promise<T> {
  const { scratch } = engine;
  const paths = contents.map(() => scratch.newFile('.parquet'));
  try {
    for (const [index, path] of paths.entries()) await writeFile(path, contents[index] ?? new Uint8Array());
    const bytes = contents.reduce((sum, { length }) => sum + length, 0);
    return await engine.withConnection((connection) => work({ engine, connection, source: readParquet(paths), bytes }));
  } catch (cause) {
    if (cause instanceof SoundFlowError) throw cause;
    if (isNoRoom(cause)) throw scratchFailure(cause, scratch.folder);
    const message = `a landed file cannot be read: ${firstLine(cause)}. Rebuild its hour from the broker.`;
    throw new SoundFlowError('DAMAGED', message, { cause });
  } finally {
    for (const path of paths) await scratch.remove(path);
  }
}

function readParquet(paths: readonly string[]): string {
  return `read_parquet([${paths.map(literal).join(', ')}], union_by_name = true, hive_partitioning = false)`;
}

const TYPES: ReadonlyMap<string, ColumnType> = new Map(
  (['int64', 'float64', 'string', 'boolean', 'timestamp', 'bytes'] as const).map((type) => [SQL_TYPE[type], type]),
);

async function columnsOf({ connection, source }: Files): Promise<readonly Column[]> {
  const reader = await connection.runAndReadAll(`select column_name, column_type from (describe select * from ${source})`);
  return reader.getRows().map(([name, sql]) => {
    const type = TYPES.get(String(sql));
    if (type === undefined) throw notOurs(`column ${String(name)} is of type ${String(sql)}`);
    return { name: String(name), type, required: false, description: '' };
  });
}

/** How many rows there are and the sum of their hashes, which is the same in any order; reads every value. */
async function contentOf({ connection }: Files, source: string, columns: readonly Column[]) {
  const names = columns.map(({ name }) => identifier(name)).join(', ');
  const reader = await connection.runAndReadAll(`select count(*), coalesce(sum(hash(${names})), 0)::varchar from ${source}`);
  const [rows, hash] = z.tuple([z.bigint(), z.string()]).parse(reader.getRows()[0]);
  return { rows: Number(rows), hash };
}

async function inspect(files: Files): Promise<FileFacts> {
  const columns = await columnsOf(files);
  const { rows } = await contentOf(files, files.source, columns);
  const ranged = columns.filter(isRanged);
  if (ranged.length === 0) throw notOurs('it has none of the columns that landing adds');
  const ends = ranged.flatMap(({ name }) => ['min', 'max'].map((end) => `${end}(${identifier(name)})::varchar`));
  const reader = await files.connection.runAndReadAll(`select ${ends.join(', ')} from ${files.source}`);
  const values = z.array(z.string().nullable()).parse(reader.getRows()[0]);
  const stats: CopyStats = {
    rows,
    columns: new Map(
      ranged.map(({ name }, index) => {
        const [min, max] = [values[2 * index] ?? undefined, values[2 * index + 1] ?? undefined];
        return [name, { min, max }];
      }),
    ),
  };
  return { rows, ranges: rangesOf(columns, stats) };
}

async function merge(files: Files): Promise<EncodedFile> {
  const { engine, connection, source } = files;
  const columns = await columnsOf(files);
  const before = await contentOf(files, source, columns);
  const target = engine.scratch.newFile('.parquet');
  try {
    const order = ['_epoch', '_kafka_partition', '_offset'].map(identifier).join(', ');
    const rowBytes = (files.bytes * USUAL_COMPRESSION) / Math.max(1, before.rows);
    const groupRows = Math.min(GROUP_ROWS, Math.max(LEAST_GROUP_ROWS, Math.floor(GROUP_BYTES / Math.max(1, rowBytes))));
    const options = `format parquet, compression zstd, row_group_size ${String(groupRows)}, return_stats`;
    const stats = await runCopy(connection, `copy (from ${source} order by ${order}) to ${literal(target)} (${options})`);
    const after = await contentOf(files, readParquet([target]), columns);
    if (after.rows !== before.rows || after.hash !== before.hash || stats.rows !== before.rows) {
      throw notOurs(`joined, ${String(before.rows)} rows became ${String(after.rows)}, or other ones`);
    }
    return { ...(await readWithDigest(target)), rows: stats.rows, ranges: rangesOf(columns, stats) };
  } finally {
    await engine.scratch.remove(target);
  }
}

const DeadLetterRow = z.object({
  _epoch: z.bigint(),
  _kafka_partition: z.bigint(),
  _offset: z.bigint(),
  at: z.bigint(),
  reason: z.string(),
  path: z.string(),
  raw: z.instanceof(DuckDBBlobValue).nullable(),
});

async function deadLetters({ connection, source }: Files): Promise<readonly DeadLetter[]> {
  const reader = await connection.runAndReadAll(
    `select _epoch, _kafka_partition, _offset, epoch_ms(_kafka_time) as at, reason, path, raw from ${source}`,
  );
  return reader.getRowObjects().map((row) => {
    const { _epoch, _kafka_partition, _offset, at, reason, path, raw } = DeadLetterRow.parse(row);
    const place = { epoch: Number(_epoch), partition: Number(_kafka_partition), offset: Number(_offset), at: Number(at) };
    return { ...place, reason, path, raw: raw?.bytes ?? null };
  });
}

function notOurs(what: string): SoundFlowError {
  return new SoundFlowError('DAMAGED', `a landed file is not one of ours: ${what}. Rebuild its hour from the broker.`);
}
