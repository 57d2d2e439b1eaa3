import type { MartReader } from '../core/ports/marts.ts';
import { print, type Output } from './output.ts';
import { table } from './table.ts';

/** Shows the first rows of a mart, in its own order. */
export async function showMart(
  marts: MartReader,
  { mart, limit }: { readonly mart: string; readonly limit: number },
  output: Output,
): Promise<void> {
  const rows = await marts.read(`marts.${mart}`, { limit });
  const columns = Object.keys(rows[0] ?? {});
  print(output, rows, () =>
    table(
      columns,
      rows.map((row) => columns.map((column) => cellOf(row[column] ?? null))),
    ),
  );
}

function cellOf(value: string | number | boolean | null): string | number {
  if (typeof value === 'number') return value;
  return value === null ? '' : String(value);
}
