import type { Column } from './columns.ts';
import { SoundFlowError } from './errors.ts';

/**
 * A value of a column: a number for integers, doubles and instants (epoch milliseconds), bytes for bytes, null for none. There is
 * one zero: the negative one is not told from it, neither by SQL nor by every writer of Parquet.
 */
export type Cell = number | string | boolean | Uint8Array | null;

/** `value` as one of the column, undefined as null. @throws BAD_ASSET when it is none: the contract let it pass. */
export function cellOf(column: Column, value: unknown): Cell {
  if (value === null || value === undefined) return null;
  switch (column.type) {
    case 'int64':
    case 'timestamp':
      if (Number.isSafeInteger(value)) return Number(value) + 0;
      break;
    case 'float64':
      if (typeof value === 'number') return value + 0;
      break;
    case 'string':
      if (typeof value === 'string') return wellFormed(value);
      break;
    case 'boolean':
      if (typeof value === 'boolean') return value;
      break;
    case 'bytes':
      if (value instanceof Uint8Array) return value;
      break;
  }
  throw misfit(column, value);
}

/** Lone surrogates have no UTF-8: each becomes U+FFFD. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

function misfit({ name, type }: Column, value: unknown): SoundFlowError {
  const shown = JSON.stringify(value).slice(0, 80);
  const message = `column ${name}: the contract let ${shown} pass, which is no ${type}. Correct the contract's decode.`;
  return new SoundFlowError('BAD_ASSET', message);
}
