import { Binary, Bool, Float64, Int64, makeData, TimestampMicrosecond, Utf8, type Data } from 'apache-arrow';
import { cellOf, type Cell } from '../../core/cells.ts';
import type { Column } from '../../core/columns.ts';
import { SoundFlowError } from '../../core/errors.ts';

const UTC_MICROS = new TimestampMicrosecond('UTC');

/**
 * Arrow data of one column, filled from `values` in row order; undefined and null are null. Instants come as epoch
 * milliseconds. Lone surrogates become U+FFFD, for they have no UTF-8.
 * @throws BAD_ASSET when a value is not of the column's type.
 */
export function arrowColumn(column: Column, values: readonly unknown[]): Data {
  const cells = values.map((value) => cellOf(column, value));
  const validity = validityOf(cells);
  switch (column.type) {
    case 'int64':
      return makeData({ type: new Int64(), data: bigints(cells, 1n), ...validity });
    case 'timestamp':
      return makeData({ type: UTC_MICROS, data: bigints(cells, 1_000n), ...validity });
    case 'float64':
      return makeData({ type: new Float64(), data: Float64Array.from(cells, Number), ...validity });
    case 'boolean':
      return makeData({ type: new Bool(), data: bits(cells, (cell) => cell === true), ...validity });
    case 'string':
      return makeData({ type: new Utf8(), ...joined(column, cells), ...validity });
    case 'bytes':
      return makeData({ type: new Binary(), ...joined(column, cells), ...validity });
  }
}

interface Validity {
  readonly length: number;
  readonly nullCount: number;
  readonly nullBitmap: Uint8Array | null;
}

function validityOf(cells: readonly Cell[]): Validity {
  const nullCount = cells.filter((cell) => cell === null).length;
  return { length: cells.length, nullCount, nullBitmap: nullCount === 0 ? null : bits(cells, (cell) => cell !== null) };
}

function bits(cells: readonly Cell[], isSet: (cell: Cell) => boolean): Uint8Array {
  const bitmap = new Uint8Array(Math.ceil(cells.length / 8));
  for (const [index, cell] of cells.entries()) {
    if (isSet(cell)) bitmap[index >> 3] = (bitmap[index >> 3] ?? 0) | (1 << (index & 7));
  }
  return bitmap;
}

function bigints(cells: readonly Cell[], factor: bigint): BigInt64Array {
  return BigInt64Array.from(cells, (cell) => BigInt(Number(cell)) * factor);
}

/** Texts and bytes, one behind the other. */
function joined(column: Column, cells: readonly Cell[]): { readonly valueOffsets: Int32Array; readonly data: Uint8Array } {
  const valueOffsets = new Int32Array(cells.length + 1);
  let size = 0;
  for (const [index, cell] of cells.entries()) {
    size += typeof cell === 'string' ? Buffer.byteLength(cell) : cell instanceof Uint8Array ? cell.length : 0;
    if (size > 0x7fff_ffff) throw tooLarge(column);
    valueOffsets[index + 1] = size;
  }
  const data = Buffer.allocUnsafe(size);
  for (const [index, cell] of cells.entries()) {
    if (typeof cell === 'string') data.write(cell, valueOffsets[index] ?? 0);
    else if (cell instanceof Uint8Array) data.set(cell, valueOffsets[index] ?? 0);
  }
  return { valueOffsets, data };
}

function tooLarge(column: Column): SoundFlowError {
  const message = `column ${column.name}: its values take 2 GiB or more in one segment. Lower the bytes of a segment.`;
  return new SoundFlowError('BAD_SETTING', message);
}
