import type { DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';
import { isRanged, type Column } from '../../core/columns.ts';
import type { ColumnRange } from '../../core/ports/encoder.ts';

/** What DuckDB says of a Parquet file it wrote. */
export interface CopyStats {
  readonly rows: number;
  readonly columns: ReadonlyMap<string, ColumnStats>;
}

/** What DuckDB says of one column: values as its own text, absent for a column of nulls. */
export interface ColumnStats {
  readonly min: string | undefined;
  readonly max: string | undefined;
}

const Entries = z.object({ entries: z.array(z.object({ key: z.string(), value: z.unknown() })) });
const Result = z.object({ count: z.bigint(), column_statistics: Entries });

/** Runs a COPY that returns statistics. */
export async function runCopy(connection: DuckDBConnection, sql: string): Promise<CopyStats> {
  const reader = await connection.runAndReadAll(sql);
  const { count, column_statistics: statistics } = Result.parse(reader.getRowObjects()[0]);
  const columns = statistics.entries.map(({ key, value }) => [nameOf(key), statsOf(value)] as const);
  return { rows: Number(count), columns: new Map(columns) };
}

/** A column's name comes as a path of quoted names, always with one part here. */
function nameOf(path: string): string {
  return path.replace(/^"|"$/g, '').replaceAll('""', '"');
}

function statsOf(value: unknown): ColumnStats {
  const said = new Map(Entries.parse(value).entries.map(({ key, value: text }) => [key, String(text)] as const));
  return { min: said.get('min'), max: said.get('max') };
}

/** Smallest and largest value of the columns that files are told apart by. */
export function rangesOf(columns: readonly Column[], stats: CopyStats): Readonly<Record<string, ColumnRange>> {
  const ranges = columns.filter(isRanged).flatMap((column) => {
    const { min, max } = stats.columns.get(column.name) ?? {};
    return min === undefined || max === undefined ? [] : [[column.name, rangeOf(column, { min, max })] as const];
  });
  return Object.fromEntries(ranges);
}

function rangeOf({ type }: Column, { min, max }: { readonly min: string; readonly max: string }): ColumnRange {
  return type === 'timestamp' ? { min: isoMicros(min), max: isoMicros(max) } : { min: Number(min), max: Number(max) };
}

/** DuckDB's `2026-11-20 07:00:00.5+00` as `2026-11-20T07:00:00.500000Z`. */
export function isoMicros(text: string): string {
  const [, day = '', time = '', fraction = ''] = /^(\S+) ([\d:]+)(?:\.(\d+))?\+00$/.exec(text) ?? [];
  return `${day}T${time}.${fraction.padEnd(6, '0')}Z`;
}
