import type { Decoded } from '../../core/assets.ts';
import { cellOf, type Cell } from '../../core/cells.ts';
import type { Column } from '../../core/columns.ts';

/** A decoded row as JSON that DuckDB reads to exactly the same values; columns without a value are left out. @throws BAD_ASSET */
export function canonicalJson(columns: readonly Column[], row: Extract<Decoded, { ok: true }>['row']): string {
  const fields = columns.flatMap((column) => {
    const cell = cellOf(column, row[column.name]);
    return cell === null ? [] : [`${JSON.stringify(column.name)}:${jsonOf(cell)}`];
  });
  return `{${fields.join(',')}}`;
}

function jsonOf(cell: Exclude<Cell, null>): string {
  return JSON.stringify(cell instanceof Uint8Array ? Buffer.from(cell).toString('base64') : cell);
}
