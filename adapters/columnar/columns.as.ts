// Columns of a row group while it grows: numbers of eight bytes each, or texts behind their lengths, as Parquet's plain encoding
// has them. A column that repeats itself keeps each value once, and a code for each row.

export const INTEGER: i32 = 0;
export const DOUBLE: i32 = 1;
export const BOOLEAN: i32 = 2;
export const BYTES: i32 = 3;

/** So many bytes behind what was given out are free: texts are read sixteen bytes at a time. */
const REACH: usize = 16;
const FIRST_ROOM: usize = 4_096;
const FIRST_SLOTS: u32 = 256;
/** Values after which a column is asked whether it repeats itself. */
const PROBE: i32 = 4_096;
/** A value whose slot is further from its place than this makes a column plain: somebody chose values that fall on each other. */
const FAR: u32 = 512;

const MIX: u64 = 0x9e3779b97f4a7c15;

/** From one column to the next. */
export const COLUMN_BYTES: usize = 128;

/** A column of a row group; JavaScript reads and writes some of it by offset (columns.ts). */
@unmanaged
export class Column {
  kind: i32;
  /** What an integer is multiplied with: milliseconds come, microseconds are kept. */
  factor: i32;
  /** Whether values are kept one behind the other as they come; else by code. */
  isPlain: i32;
  /** The field that values come from; below zero for none. */
  field: i32;
  /** Values so far, without nulls, and how many of them are different. */
  values: i32;
  distinct: i32;
  nulls: i32;
  /** Whether no integer was below the one before it. */
  isSteady: i32;
  /** Bytes that all values would take one behind the other. */
  plainSize: usize;
  /** Different values, or all, one behind the other. */
  heap: usize;
  heapSize: usize;
  heapRoom: usize;
  /** Codes of values in order, four bytes each; of booleans, the values. */
  codes: usize;
  codeRoom: usize;
  /** Rows that have no value. */
  nullRows: usize;
  nullRoom: usize;
  /** Where each different text begins in the heap. */
  entries: usize;
  entryRoom: usize;
  /** Where to find a value that was there before: codes plus one, and above them, of texts, hashes. */
  slots: usize;
  slotCount: u32;
  lastCode: i32;
  lastBits: i64;
  /** Bytes of texts that were given to the column, repeated ones as well. */
  weight: usize;
  /** Answered by `settleColumn` and `writePage`. */
  pageAt: usize;
  pageSize: usize;
  minAt: usize;
  minSize: usize;
  maxAt: usize;
  maxSize: usize;
}

let end: usize = 0;

/** Gives all memory from `from` on back. */
export function freeFrom(from: usize): void {
  end = from;
}

/** Memory for so many bytes and a few more. @throws RuntimeError when there is none */
export function allocate(size: usize): usize {
  const at = (end + 15) & ~15;
  end = at + size + REACH;
  const pages = <i32>((end + 0xffff) >> 16);
  const more = pages - memory.size();
  if (more > 0 && memory.grow(max(more, memory.size() >> 3)) < 0 && memory.grow(more) < 0) unreachable();
  return at;
}

function moved(from: usize, used: usize, room: usize): usize {
  const to = allocate(room);
  memory.copy(to, from, used);
  return to;
}

function grown(room: usize, needed: usize): usize {
  return max(max(room << 1, needed), FIRST_ROOM);
}

/** Appends to a list of words that holds `count`; where the list lies and its room stand at `list`, one behind the other. */
function append(list: usize, count: i32, word: i32): void {
  const used = (<usize>count) << 2;
  const room = load<usize>(list, 4);
  if (used + 4 > room) {
    const larger = grown(room, used + 4);
    store<usize>(list, moved(load<usize>(list), used, larger));
    store<usize>(list, larger, 4);
  }
  store<i32>(load<usize>(list) + used, word);
}

function makeHeapRoom(column: Column, more: usize): void {
  if (column.heapSize + more <= column.heapRoom) return;
  const room = grown(column.heapRoom, column.heapSize + more);
  column.heap = moved(column.heap, column.heapSize, room);
  column.heapRoom = room;
}

/** Begins a group: whatever the column learnt of its values, it keeps. */
export function clearColumn(column: Column): void {
  column.values = 0;
  column.distinct = 0;
  column.nulls = 0;
  column.isSteady = 1;
  column.plainSize = 0;
  column.heapSize = 0;
  column.lastCode = -1;
  column.weight = 0;
  memory.fill(column.slots, 0, (<usize>column.slotCount) << (column.kind == BYTES ? 3 : 2));
}

export function putNull(column: Column, row: i32): void {
  append(changetype<usize>(column) + offsetof<Column>('nullRows'), column.nulls, row);
  column.nulls += 1;
}

export function putBoolean(column: Column, value: i32): void {
  putCode(column, value);
}

/** Puts an integer, or a double by its bits. */
export function putNumber(column: Column, bits: i64): void {
  if (!column.isPlain) {
    const code = column.lastCode >= 0 && bits == column.lastBits ? column.lastCode : numberCode(column, bits);
    if (code >= 0) {
      if (column.lastCode >= 0 && bits < column.lastBits) column.isSteady = 0;
      column.lastBits = bits;
      column.lastCode = code;
      column.plainSize += 8;
      putCode(column, code);
      return;
    }
    makePlain(column);
  }
  column.plainSize += 8;
  appendNumber(column, bits);
  column.values += 1;
}

export function putBytes(column: Column, at: usize, size: usize): void {
  if (!column.isPlain) {
    const code = bytesCode(column, at, size);
    if (code >= 0) {
      column.plainSize += size + 4;
      putCode(column, code);
      return;
    }
    makePlain(column);
  }
  column.plainSize += size + 4;
  appendBytes(column, at, size);
  column.values += 1;
}

function putCode(column: Column, code: i32): void {
  append(changetype<usize>(column) + offsetof<Column>('codes'), column.values, code);
  column.values += 1;
  if (column.values == PROBE && column.kind != BOOLEAN && isBetterPlain(column)) makePlain(column);
}

/** Values that hardly repeat, and integers that grow, take least room as they are: compression sees to them. */
function isBetterPlain(column: Column): bool {
  if (<i64>column.distinct * 16 > <i64>column.values * 15) return true;
  return column.kind == INTEGER && column.isSteady != 0 && column.distinct * 2 > column.values;
}

/** Keeps values one behind the other from now on, those that are there as well. */
export function makePlain(column: Column): void {
  const room = column.plainSize + FIRST_ROOM;
  const codes = column.codes;
  const count = column.values;
  const from = column.heap;
  column.heap = allocate(room);
  column.heapRoom = room;
  column.heapSize = 0;
  column.isPlain = 1;
  for (let index = 0; index < count; index += 1) {
    const code = <usize>load<u32>(codes + ((<usize>index) << 2));
    if (column.kind == BYTES) {
      const entry = from + <usize>load<u32>(column.entries + (code << 2));
      appendBytes(column, entry + 4, <usize>load<u32>(entry));
    } else appendNumber(column, load<i64>(from + (code << 3)));
  }
  column.distinct = 0;
}

function appendNumber(column: Column, bits: i64): void {
  makeHeapRoom(column, 8);
  store<i64>(column.heap + column.heapSize, bits);
  column.heapSize += 8;
}

function appendBytes(column: Column, at: usize, size: usize): void {
  makeHeapRoom(column, size + 4);
  const to = column.heap + column.heapSize;
  store<u32>(to, <u32>size);
  memory.copy(to + 4, at, size);
  column.heapSize += size + 4;
}

/** The code of a number, new or not; below zero when it cannot be found a place. */
function numberCode(column: Column, bits: i64): i32 {
  if ((<u32>column.distinct) << 3 >= column.slotCount * 5) addNumberSlots(column);
  const mask = column.slotCount - 1;
  for (let slot = numberHash(bits) & mask, far: u32 = 0; far < FAR; slot = (slot + 1) & mask, far += 1) {
    const at = column.slots + ((<usize>slot) << 2);
    const code = load<i32>(at) - 1;
    if (code < 0) {
      store<i32>(at, column.distinct + 1);
      appendNumber(column, bits);
      column.distinct += 1;
      return column.distinct - 1;
    }
    if (load<i64>(column.heap + ((<usize>code) << 3)) == bits) return code;
  }
  return -1;
}

function numberHash(bits: i64): u32 {
  const mixed = ((<u64>bits) ^ ((<u64>bits) >> 32)) * MIX;
  return <u32>(((mixed ^ (mixed >> 32)) * MIX) >> 32);
}

function addNumberSlots(column: Column): void {
  const count = max(column.slotCount << 1, FIRST_SLOTS);
  const slots = allocate((<usize>count) << 2);
  memory.fill(slots, 0, (<usize>count) << 2);
  for (let code = 0; code < column.distinct; code += 1) {
    let slot = numberHash(load<i64>(column.heap + ((<usize>code) << 3))) & (count - 1);
    while (load<i32>(slots + ((<usize>slot) << 2)) != 0) slot = (slot + 1) & (count - 1);
    store<i32>(slots + ((<usize>slot) << 2), code + 1);
  }
  column.slots = slots;
  column.slotCount = count;
}

function bytesCode(column: Column, from: usize, size: usize): i32 {
  const hash = hashOf(from, size);
  if ((<u32>column.distinct) << 1 >= column.slotCount) addTextSlots(column);
  const mask = column.slotCount - 1;
  for (let slot = hash & mask, far: u32 = 0; far < FAR; slot = (slot + 1) & mask, far += 1) {
    const at = column.slots + ((<usize>slot) << 3);
    const known = load<u64>(at);
    if (known == 0) {
      store<u64>(at, ((<u64>hash) << 32) | (<u64>(column.distinct + 1)));
      addEntry(column, from, size);
      return column.distinct - 1;
    }
    if (<u32>(known >> 32) != hash) continue;
    const code = <i32>known - 1;
    const entry = column.heap + <usize>load<u32>(column.entries + ((<usize>code) << 2));
    if (<usize>load<u32>(entry) == size && isSame(entry + 4, from, size)) return code;
  }
  return -1;
}

function addEntry(column: Column, from: usize, size: usize): void {
  append(changetype<usize>(column) + offsetof<Column>('entries'), column.distinct, <i32>column.heapSize);
  appendBytes(column, from, size);
  column.distinct += 1;
}

function addTextSlots(column: Column): void {
  const old = column.slots;
  const oldCount = column.slotCount;
  const count = max(oldCount << 1, FIRST_SLOTS);
  const slots = allocate((<usize>count) << 3);
  memory.fill(slots, 0, (<usize>count) << 3);
  for (let index: u32 = 0; index < oldCount; index += 1) {
    const known = load<u64>(old + ((<usize>index) << 3));
    if (known == 0) continue;
    let slot = (<u32>(known >> 32)) & (count - 1);
    while (load<u64>(slots + ((<usize>slot) << 3)) != 0) slot = (slot + 1) & (count - 1);
    store<u64>(slots + ((<usize>slot) << 3), known);
  }
  column.slots = slots;
  column.slotCount = count;
}

function hashOf(from: usize, size: usize): u32 {
  let hash: u64 = <u64>size * MIX;
  let at = from;
  let rest = size;
  for (; rest > 8; rest -= 8) {
    hash = (hash ^ load<u64>(at)) * MIX;
    hash ^= hash >> 32;
    at += 8;
  }
  // What stands behind the text is not part of it.
  const last = rest == 0 ? 0 : load<u64>(at) & (~(<u64>0) >> ((8 - <u64>rest) << 3));
  hash = (hash ^ last) * MIX;
  return <u32>(hash ^ (hash >> 32));
}

function isSame(one: usize, other: usize, size: usize): bool {
  let done: usize = 0;
  for (; size - done > 16; done += 16) {
    if (!v128.all_true<i8>(v128.eq<i8>(v128.load(one + done), v128.load(other + done)))) return false;
  }
  const same = v128.bitmask<i8>(v128.eq<i8>(v128.load(one + done), v128.load(other + done)));
  const rest = <i32>(size - done);
  const wanted = (1 << rest) - 1;
  return (same & wanted) == wanted;
}
