import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { literal, parseTableName, qualified } from './sql.ts';

/** Name of a table's published file. */
export function publishedName(table: string): string {
  return `${table}.parquet`;
}

/**
 * Writes each table beside its published file, and when all are written and durable, puts them in place. Only one
 * process at a time has the database open for writing, so what an earlier one left half written is overwritten.
 */
export async function publishTables(
  connection: DuckDBConnection,
  tables: readonly string[],
  publishDir: string,
): Promise<Readonly<Record<string, number>>> {
  const exports = [...new Set(tables)].map((table) => {
    const file = join(publishDir, publishedName(table));
    return { table, from: qualified(parseTableName(table)), scratch: join(publishDir, `.${table}.tmp`), file };
  });
  await mkdir(publishDir, { recursive: true });
  const rows: Record<string, number> = {};
  await connection.run('begin transaction');
  for (const { table, from, scratch } of exports) {
    const result = await connection.run(`copy (from ${from}) to ${literal(scratch)} (format parquet, compression zstd)`);
    rows[table] = result.rowsChanged;
  }
  await connection.run('commit');
  for (const { scratch } of exports) await sync(scratch);
  for (const { scratch, file } of exports) await rename(scratch, file);
  return rows;
}

async function sync(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
