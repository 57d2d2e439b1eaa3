import { Bool, Float64, Int64, makeData, TimestampMicrosecond, Utf8, type Data } from 'apache-arrow';
import type { Column } from '../../core/columns.ts';
import { SoundFlowError } from '../../core/errors.ts';

const UTC_MICROS = new TimestampMicrosecond('UTC');

/**
 * Arrow data of one column, filled from `values` in row order; undefined and null are null. Instants come as epoch
 * milliseconds. Lone surrogates become U+FFFD, for they have no UTF-8.
 * @throws BAD_ASSET when a value is not of the column's type.
 */
export function arrowColumn(column: Column, values: readonly unknown[]): Data {
  const validity = validityOf(values);
  switch (column.type) {
    case 'int64':
      return makeData({ type: new Int64(), data: bigints(column, values, 1n), ...validity });
    case 'timestamp':
      return makeData({ type: UTC_MICROS, data: bigints(column, values, 1_000n), ...validity });
    case 'float64':
      return makeData({ type: new Float64(), data: doubles(column, values), ...validity });
    case 'boolean':
      return makeData({ type: new Bool(), data: bits(values, (value) => booleanOf(column, value)), ...validity });
    case 'string': {
      const texts = values.map((value) => textOf(column, value));
      return makeData({ type: new Utf8(), ...utf8(column, texts), ...validity });
    }
  }
}

interface Validity {
  readonly length: number;
  readonly nullCount: number;
  readonly nullBitmap: Uint8Array | null;
}

function validityOf(values: readonly unknown[]): Validity {
  let nullCount = 0;
  for (const value of values) if (absent(value)) nullCount += 1;
  return { length: values.length, nullCount, nullBitmap: nullCount === 0 ? null : bits(values, (value) => !absent(value)) };
}

function absent(value: unknown): boolean {
  return value === null || value === undefined;
}

function bits(values: readonly unknown[], isSet: (value: unknown) => boolean): Uint8Array {
  const bitmap = new Uint8Array(Math.ceil(values.length / 8));
  for (const [index, value] of values.entries()) {
    if (isSet(value)) bitmap[index >> 3] = (bitmap[index >> 3] ?? 0) | (1 << (index & 7));
  }
  return bitmap;
}

function bigints(column: Column, values: readonly unknown[], factor: bigint): BigInt64Array {
  const filled = new BigInt64Array(values.length);
  for (const [index, value] of values.entries()) {
    if (absent(value)) continue;
    if (!Number.isSafeInteger(value)) throw misfit(column, value);
    filled[index] = BigInt(Number(value)) * factor;
  }
  return filled;
}

function doubles(column: Column, values: readonly unknown[]): Float64Array {
  const filled = new Float64Array(values.length);
  for (const [index, value] of values.entries()) {
    if (absent(value)) continue;
    if (typeof value !== 'number') throw misfit(column, value);
    filled[index] = value;
  }
  return filled;
}

function booleanOf(column: Column, value: unknown): boolean {
  if (absent(value)) return false;
  if (typeof value === 'boolean') return value;
  throw misfit(column, value);
}

function textOf(column: Column, value: unknown): string {
  if (absent(value)) return '';
  if (typeof value === 'string') return value;
  throw misfit(column, value);
}

function utf8(column: Column, texts: readonly string[]): { readonly valueOffsets: Int32Array; readonly data: Uint8Array } {
  const valueOffsets = new Int32Array(texts.length + 1);
  let size = 0;
  for (const [index, text] of texts.entries()) {
    size += Buffer.byteLength(text);
    if (size > 0x7fff_ffff) throw tooLarge(column);
    valueOffsets[index + 1] = size;
  }
  const data = Buffer.allocUnsafe(size);
  let at = 0;
  for (const text of texts) at += data.write(text, at);
  return { valueOffsets, data };
}

function misfit(column: Column, value: unknown): SoundFlowError {
  const shown = JSON.stringify(value).slice(0, 80);
  const message = `column ${column.name}: the contract let ${shown} pass, which is no ${column.type}. Correct the contract's decode.`;
  return new SoundFlowError('BAD_ASSET', message);
}

function tooLarge(column: Column): SoundFlowError {
  const message = `column ${column.name}: its text takes 2 GiB or more in one segment. Lower the bytes of a segment.`;
  return new SoundFlowError('BAD_SETTING', message);
}
