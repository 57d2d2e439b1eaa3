import { isRanged, type Column } from '../../core/columns.ts';
import { isoMicros } from '../../core/instants.ts';
import type { ColumnRange } from '../../core/ports/encoder.ts';
import type { ColumnValues } from './parquet.ts';

/** Smallest and largest value of each column that readers skip files by; none for a column of nulls. */
export function rangesOf(columns: ColumnValues): Readonly<Record<string, ColumnRange>> {
  const ranges = columns.flatMap(([column, values]) => {
    const range = rangeOf(column, values);
    return range === null ? [] : [[column.name, range] as const];
  });
  return Object.fromEntries(ranges);
}

function rangeOf(column: Column, values: readonly unknown[]): ColumnRange | null {
  if (!isRanged(column)) return null;
  let min = Infinity;
  let max = -Infinity;
  for (const value of values) {
    if (typeof value !== 'number') continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (min > max) return null;
  return column.type === 'timestamp' ? { min: isoMicros(min), max: isoMicros(max) } : { min, max };
}
