import { z } from 'zod';
import type { Row } from '../../core/ports/warehouse.ts';

type Cell = Row[string];

/** A field of a schema, as BigQuery describes it, with whatever else it says of it. */
export const Field = z.looseObject({ name: z.string(), type: z.string(), mode: z.string().optional() });

/** One of them. */
export type Field = z.output<typeof Field>;

/** The rows of an answer, and the schema that says how to read them. */
export const RowsAnswer = z.object({
  schema: z.object({ fields: z.array(Field).optional() }).optional(),
  rows: z.array(z.object({ f: z.array(z.object({ v: z.unknown() })) })).optional(),
  pageToken: z.string().optional(),
});

/** Rows by column name. */
export function rowsOf(fields: readonly Field[], rows: z.output<typeof RowsAnswer>['rows'] = []): readonly Row[] {
  return rows.map(({ f }) => Object.fromEntries(fields.map((field, index) => [field.name, cellOf(field, f[index]?.v)])));
}

/** A value as a cell; one that has no plain form (a list, a record) comes as JSON text. */
export function cellOf({ type, mode }: Pick<Field, 'type' | 'mode'>, value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (mode === 'REPEATED' || typeof value !== 'string') return JSON.stringify(value);
  switch (type) {
    case 'INTEGER':
    case 'INT64':
      return Number.isSafeInteger(Number(value)) ? Number(value) : value;
    case 'FLOAT':
    case 'FLOAT64':
      return Number.isFinite(Number(value)) ? Number(value) : value;
    case 'NUMERIC':
    case 'BIGNUMERIC':
      return decimalOf(value);
    case 'BOOLEAN':
    case 'BOOL':
      return value === 'true';
    case 'TIMESTAMP':
      return instantOf(value);
    default:
      return value;
  }
}

/** A decimal as number where no digit is lost by it, else as text without trailing zeros. */
function decimalOf(text: string): number | string {
  const plain = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
  const digits = plain.replaceAll(/[-.]/g, '');
  return digits.length <= 15 ? Number(plain) : plain;
}

/** ISO 8601 in UTC with milliseconds, or microseconds where there are any; the text as it is outside what Date can hold. */
function instantOf(text: string): string {
  if (!/^-?\d+$/.test(text)) return text;
  const micros = BigInt(text);
  const rest = ((micros % 1000n) + 1000n) % 1000n;
  const date = new Date(Number((micros - rest) / 1000n));
  if (Number.isNaN(date.getTime())) return text;
  const iso = date.toISOString();
  return rest === 0n ? iso : `${iso.slice(0, -1)}${String(rest).padStart(3, '0')}Z`;
}
