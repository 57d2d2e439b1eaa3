import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBBlobValue, DuckDBInstance, DuckDBTimestampTZValue } from '@duckdb/node-api';

/** Rows of a Parquet file as DuckDB reads them, instants as microseconds, bytes as hex; none for null. */
export async function readParquet(content: Uint8Array | null): Promise<readonly Readonly<Record<string, unknown>>[]> {
  if (content === null) return [];
  const folder = await mkdtemp(join(tmpdir(), 'soundflow-parquet-'));
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    await writeFile(join(folder, 'file.parquet'), content);
    const reader = await connection.runAndReadAll(`from read_parquet('${join(folder, 'file.parquet')}')`);
    return reader
      .getRowObjects()
      .map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])));
  } finally {
    connection.closeSync();
    instance.closeSync();
    await rm(folder, { recursive: true });
  }
}

function plain(value: unknown): unknown {
  if (value instanceof DuckDBBlobValue) return Buffer.from(value.bytes).toString('hex');
  return value instanceof DuckDBTimestampTZValue ? value.micros : value;
}
