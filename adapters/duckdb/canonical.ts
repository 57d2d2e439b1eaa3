import type { Decoded } from '../../core/assets.ts';
import { cellOf, type Cell } from '../../core/cells.ts';
import type { Column } from '../../core/columns.ts';

/** A decoded row as JSON that DuckDB reads to exactly the same values; columns without a value are left out. @throws BAD_ASSET */
export function canonicalJson(columns: readonly Column[], row: Extract<Decoded, { ok: true }>['row']): string {
  const fields = columns.flatMap((column) => {
    const cell = cellOf(column, row[column.name]);
    return cell === null ? [] : [`${JSON.stringify(column.name)}:${jsonOf(column, cell)}`];
  });
  return `{${fields.join(',')}}`;
}

function jsonOf({ type }: Column, cell: Cell): string {
  if (cell instanceof Uint8Array) return `"${Buffer.from(cell).toString('base64')}"`;
  // JSON.stringify loses the sign of a zero, which a double has.
  return type === 'float64' && Object.is(cell, -0) ? '-0.0' : JSON.stringify(cell);
}
