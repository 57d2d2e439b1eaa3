import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { DuckDBDecimalValue, DuckDBTimestampTZValue, DuckDBTimestampValue } from '@duckdb/node-api';
import type { Row } from '../../core/ports/warehouse.ts';

type Cell = Row[string];

/** All rows of a statement. */
export async function readRows(connection: DuckDBConnection, sql: string): Promise<readonly Row[]> {
  const reader = await connection.runAndReadAll(sql);
  const names = reader.deduplicatedColumnNames();
  return reader.getRows().map((values) => Object.fromEntries(names.map((name, index) => [name, cellOf(values[index] ?? null)])));
}

/** DuckDB's value as a cell; one that has no plain form (a list, an interval) comes as DuckDB's text. */
export function cellOf(value: DuckDBValue): Cell {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'bigint') return isSafe(value) ? Number(value) : String(value);
  if (value instanceof DuckDBDecimalValue) return isSafe(value.value) ? Number(String(value)) : String(value);
  if (value instanceof DuckDBTimestampTZValue || value instanceof DuckDBTimestampValue)
    return instantOf(value.micros) ?? String(value);
  return String(value);
}

/** ISO 8601 in UTC with milliseconds, or microseconds where there are any; null outside what Date can hold. */
function instantOf(micros: bigint): string | null {
  const rest = ((micros % 1000n) + 1000n) % 1000n;
  const date = new Date(Number((micros - rest) / 1000n));
  if (Number.isNaN(date.getTime())) return null;
  const text = date.toISOString();
  return rest === 0n ? text : `${text.slice(0, -1)}${String(rest).padStart(3, '0')}Z`;
}

function isSafe(value: bigint): boolean {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER);
}
