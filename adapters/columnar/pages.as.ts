// Pages of Parquet, as its format describes them: https://parquet.apache.org/docs/file-format/data-pages/encodings/

import { allocate, BOOLEAN, BYTES, Column, DOUBLE, INTEGER, makePlain } from './columns.as';

/** Longer texts are no bounds: they would make the end of every file long. */
const LONGEST_BOUND: usize = 64;
/** The size of a bound that is not told. */
const NO_BOUND: usize = 0xffffffff;

/** Larger dictionaries are not worth their while: nothing else can be done while one is compressed. */
const LARGEST_DICTIONARY: usize = 2 << 20;

let page: usize = 0;
let room: usize = 0;
let bounds: usize = 0;

/** Where the next page begins: its row, the first null from there on, and the first value of a text column. */
let nextRow: i32 = 0;
let nextNull: i32 = 0;
let nextText: usize = 0;

/** Forgets memory that was given back. */
export function clearPages(): void {
  page = 0;
  room = 0;
  bounds = 0;
}

/**
 * Settles how a column is written, and its bounds; its pages are written one by one then. Different values, one behind the
 * other, are the dictionary page of a column that is not plain.
 */
export function settleColumn(column: Column): void {
  if (!column.isPlain && column.kind != BOOLEAN && column.values > 0) {
    const codesSize = (<usize>column.values * <usize>widthOf(column.distinct)) >> 3;
    if (column.heapSize > LARGEST_DICTIONARY || column.heapSize + codesSize >= column.plainSize) makePlain(column);
  }
  findBounds(column);
  nextRow = 0;
  nextNull = 0;
  nextText = column.heap;
}

/**
 * Writes the next data page of a column that was settled, of `rows` rows in all; it holds until the next is written. Texts that
 * are not repeated are parted once a page has so many bytes of them. Gives the rows of the page, zero after the last.
 */
export function writePage(column: Column, rows: i32, bytes: usize): i32 {
  const isText = column.isPlain && column.kind == BYTES;
  const from = nextRow;
  const firstNull = nextNull;
  const firstText = nextText;
  if (isText) passTexts(column, rows, bytes);
  else {
    nextRow = rows;
    nextNull = column.nulls;
  }
  const hasCodes = !column.isPlain && column.values > 0;
  const size = isText ? nextText - firstText : hasCodes ? ((<usize>column.values) << 2) + 64 : column.heapSize;
  makeRoom(size + ((<usize>(nextRow - from)) >> 3) + 64);
  let at = putLevels(column, from, firstNull);
  if (column.kind == BOOLEAN) at = pack(at, column, 1);
  else if (hasCodes) at = putCodes(at, column);
  else {
    memory.copy(at, isText ? firstText : column.heap, size);
    at += size;
  }
  column.pageAt = page;
  column.pageSize = at - page;
  return nextRow - from;
}

/** Goes on over rows until their texts make a page. */
function passTexts(column: Column, rows: i32, bytes: usize): void {
  const end = nextText + bytes;
  for (; nextRow < rows && nextText < end; nextRow += 1) {
    if (nextNull < column.nulls && load<i32>(column.nullRows + ((<usize>nextNull) << 2)) == nextRow) nextNull += 1;
    else nextText += <usize>load<u32>(nextText) + 4;
  }
}

function makeRoom(needed: usize): void {
  if (needed <= room) return;
  room = needed + (needed >> 1);
  page = allocate(room);
}

/** For each row of the page one if it has a value, zero if not, as a run of one value or as bits; behind their size. */
function putLevels(column: Column, firstRow: i32, firstNull: i32): usize {
  const from = page + 4;
  let at = from;
  if (firstNull == nextNull) {
    at = putVarint(at, (<u32>(nextRow - firstRow)) << 1);
    store<u8>(at, 1);
    at += 1;
  } else {
    const size = <usize>((nextRow - firstRow + 7) >> 3);
    at = putVarint(at, ((<u32>size) << 1) | 1);
    memory.fill(at, 0xff, size);
    for (let index = firstNull; index < nextNull; index += 1) {
      const row = load<i32>(column.nullRows + ((<usize>index) << 2)) - firstRow;
      const place = at + ((<usize>row) >> 3);
      const bit = 1 << (row & 7);
      store<u8>(place, <u8>(load<u8>(place) & ~bit));
    }
    at += size;
  }
  store<u32>(page, <u32>(at - from));
  return at;
}

/** Bits that a code takes. */
function widthOf(distinct: i32): i32 {
  return distinct < 2 ? 1 : 32 - clz(distinct - 1);
}

function putCodes(out: usize, column: Column): usize {
  const width = widthOf(column.distinct);
  store<u8>(out, <u8>width);
  if (column.distinct == 1) {
    const at = putVarint(out + 1, (<u32>column.values) << 1);
    store<u8>(at, 0);
    return at + 1;
  }
  const groups = (<u32>(column.values + 7)) >> 3;
  const at = putVarint(out + 1, (groups << 1) | 1);
  const to = pack(at, column, width);
  const size = <usize>groups * <usize>width;
  memory.fill(to, 0, at + size - to);
  return at + size;
}

/** Codes of so many bits each, the lowest first, up to the last byte that is needed. */
function pack(out: usize, column: Column, width: i32): usize {
  let at = out;
  let bits: u64 = 0;
  let count = 0;
  const end = column.codes + ((<usize>column.values) << 2);
  for (let code = column.codes; code < end; code += 4) {
    bits |= (<u64>load<u32>(code)) << (<u64>count);
    count += width;
    if (count >= 32) {
      store<u32>(at, <u32>bits);
      at += 4;
      bits >>= 32;
      count -= 32;
    }
  }
  for (; count > 0; count -= 8) {
    store<u8>(at, <u8>bits);
    at += 1;
    bits >>= 8;
  }
  return at;
}

function putVarint(out: usize, value: u32): usize {
  let at = out;
  let rest = value;
  for (; rest >= 0x80; rest >>= 7) {
    store<u8>(at, <u8>(rest | 0x80));
    at += 1;
  }
  store<u8>(at, <u8>rest);
  return at + 1;
}

function findBounds(column: Column): void {
  if (bounds == 0) bounds = allocate(16);
  column.minAt = bounds;
  column.maxAt = bounds + 8;
  column.minSize = NO_BOUND;
  column.maxSize = NO_BOUND;
  if (column.values == 0) return;
  if (column.kind == INTEGER) boundIntegers(column);
  else if (column.kind == DOUBLE) boundDoubles(column);
  else if (column.kind == BOOLEAN) boundBooleans(column);
  else if (column.kind == BYTES) boundBytes(column);
}

function boundIntegers(column: Column): void {
  let low = i64.MAX_VALUE;
  let high = i64.MIN_VALUE;
  const end = column.heap + column.heapSize;
  for (let at = column.heap; at < end; at += 8) {
    const value = load<i64>(at);
    low = min(low, value);
    high = max(high, value);
  }
  store<i64>(bounds, low);
  store<i64>(bounds, high, 8);
  column.minSize = 8;
  column.maxSize = 8;
}

/** A smallest zero is written as the negative one, which readers ask for: https://github.com/apache/parquet-format, ColumnOrder. */
function boundDoubles(column: Column): void {
  let low = f64.POSITIVE_INFINITY;
  let high = f64.NEGATIVE_INFINITY;
  const end = column.heap + column.heapSize;
  for (let at = column.heap; at < end; at += 8) {
    const value = load<f64>(at);
    low = min(low, value);
    high = max(high, value);
  }
  store<f64>(bounds, low == 0 ? -0.0 : low);
  store<f64>(bounds, high, 8);
  column.minSize = 8;
  column.maxSize = 8;
}

function boundBooleans(column: Column): void {
  let some: i32 = 0;
  let every: i32 = 1;
  for (let index = 0; index < column.values; index += 1) {
    const value = load<i32>(column.codes + ((<usize>index) << 2));
    some |= value;
    every &= value;
  }
  store<u8>(bounds, <u8>every);
  store<u8>(bounds, <u8>some, 8);
  column.minSize = 1;
  column.maxSize = 1;
}

function boundBytes(column: Column): void {
  let low = column.heap;
  let high = column.heap;
  const end = column.heap + column.heapSize;
  for (let at = column.heap; at < end; at += <usize>load<u32>(at) + 4) {
    if (isBelow(at, low)) low = at;
    else if (isBelow(high, at)) high = at;
  }
  const lowSize = <usize>load<u32>(low);
  const highSize = <usize>load<u32>(high);
  if (max(lowSize, highSize) > LONGEST_BOUND) return;
  column.minAt = low + 4;
  column.minSize = lowSize;
  column.maxAt = high + 4;
  column.maxSize = highSize;
}

/** Whether a text comes before another, byte by byte; each behind its length. */
function isBelow(one: usize, other: usize): bool {
  const size = load<u32>(one);
  const otherSize = load<u32>(other);
  const common = <usize>min(size, otherSize);
  for (let index: usize = 0; index < common; index += 1) {
    const a = load<u8>(one + 4 + index);
    const b = load<u8>(other + 4 + index);
    if (a != b) return a < b;
  }
  return size < otherSize;
}
