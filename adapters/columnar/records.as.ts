// Takes plain records of a contract apart into columns. What it takes certainly fits the contract, and every reader of JSON
// certainly reads the same values from it; whatever is in doubt it leaves to the contract, which decides.

import {
  allocate,
  BYTES,
  clearColumn,
  Column,
  COLUMN_BYTES,
  DOUBLE,
  freeFrom,
  INTEGER,
  putBoolean,
  putBytes,
  putNull,
  putNumber,
} from './columns.as';
import {
  booleanEnd,
  CLOSE_BRACE,
  COMMA,
  decimalEnd,
  decimalValue,
  DOUBT,
  escaped,
  forgetEscapes,
  integerEnd,
  integerValue,
  MAX_DEPTH,
  MINUS,
  OPEN_BRACE,
  QUOTE,
  simpleKeyEnd,
  skipBlanks,
  stringEnd,
  textEnd,
  unescape,
  valueEnd,
} from './json.as';
import { clearPages, settleColumn, writePage } from './pages.as';

/** Digits that a double holds exactly. */
const EXACT_DIGITS: i32 = 15;
/** Bytes of a decimal without its sign: seventeen digits, which tell any two doubles apart, and a point. */
const DECIMAL_LENGTH: i32 = 18;

/** Bytes of texts in one column from which on the group is to end: a page is compressed in one go. */
const HEAVY: usize = 16 << 20;

/** From the spans of one field to those of the next: of as many records as are ever scanned at once. */
const SPAN_STRIDE: usize = 2_048 * 8;
/** The bit in the end of a span that says that there are escapes in it. */
const ESCAPED: usize = 0x80000000;

const TEXT: i32 = 0;
const CHOICE: i32 = 1;
const WHOLE: i32 = 2;
const NUMBER: i32 = 3;
const LOGICAL: i32 = 4;

/** What is known of a field; JavaScript writes it (columns.ts). */
@unmanaged
class Field {
  key: usize;
  keyLength: i32;
  kind: i32;
  required: i32;
  freeLength: i32;
  freeLengthBelowZero: i32;
  choices: usize;
  choiceCount: i32;
  /** The field that last came behind this one. */
  following: i32;
  min: f64;
  max: f64;
}

/** A text to compare with. */
@unmanaged
class Text {
  at: usize;
  length: i32;
}

/** Where things lie in memory, and what all rows of a scan have in common; JavaScript writes it. */
@unmanaged
class Orders {
  fields: usize;
  fieldCount: i32;
  required: i32;
  allowsUnknown: i32;
  columns: usize;
  /** Columns of the contract; five of lineage follow: epoch, partition, offset, time of the record, landing hour. */
  columnCount: i32;
  /** Rows that a group has at most. */
  groupRows: i32;
  /** Where each record begins and ends, from `text` on; a negative end is no record. */
  starts: usize;
  ends: usize;
  offsets: usize;
  times: usize;
  /** Answered: whether each record has fields that the contract does not name. */
  unknown: usize;
  text: usize;
  /** As large as the text. */
  unescaped: usize;
  /** Where values of fields begin and end: of one field in all records, then of the next. */
  spans: usize;
  /** The field that a record began with last. */
  first: i32;
  epoch: f64;
  partition: f64;
  landedHour: f64;
  firstInstant: f64;
  lastInstant: f64;
}

let orders: Orders = changetype<Orders>(0);
let missing: i32 = 0;
let previous: i32 = 0;
let hasUnknown: bool = false;
let rows: i32 = 0;
/** Whether a column of the group has been given much text. */
let isHeavy: bool = false;
let spans: usize = 0;
let staging: usize = 0;
let stagingRoom: usize = 0;

/** Begins a segment: what lies at and behind `free` is given back. */
export function begin(at: usize, free: usize): void {
  orders = changetype<Orders>(at);
  staging = 0;
  stagingRoom = 0;
  freeFrom(free);
  clearPages();
  clearGroup();
}

/** Begins a row group. */
export function clearGroup(): void {
  rows = 0;
  isHeavy = false;
  for (let index = 0; index < orders.columnCount + 5; index += 1) clearColumn(columnAt(index));
}

/** Takes records `[from, to)` until one is in doubt or the group is full; answers the index of the first that was not taken. */
export function scan(from: i32, to: i32): i32 {
  const before = rows;
  let index = from;
  for (; index < to && !isFull(); index += 1) {
    const start = load<i32>(orders.starts + ((<usize>index) << 2));
    const end = load<i32>(orders.ends + ((<usize>index) << 2));
    if (end < 0 || end - start < 2) break;
    spans = orders.spans + ((<usize>(index - from)) << 3);
    if (!isPlain(orders.text + <usize>start, orders.text + <usize>end)) break;
    store<u8>(orders.unknown + <usize>index, <u8>hasUnknown);
    weigh();
    rows += 1;
  }
  // Column by column, because then what one of them needs is in the processor's cache, and it looks up many values at once.
  const count = index - from;
  for (let column = 0; column < orders.columnCount; column += 1) putValues(columnAt(column), count, before);
  for (let nth = from; nth < index; nth += 1)
    putOrigin(load<f64>(orders.offsets + ((<usize>nth) << 3)), load<f64>(orders.times + ((<usize>nth) << 3)));
  return index;
}

export function isFull(): bool {
  return rows >= orders.groupRows || isHeavy;
}

export function rowCount(): i32 {
  return rows;
}

/** Memory to put bytes into that `putStaged` then takes. */
export function stage(size: usize): usize {
  if (staging == 0 || size > stagingRoom) {
    stagingRoom = size + (size >> 1);
    staging = allocate(stagingRoom);
  }
  return staging;
}

export function putStaged(index: i32, size: usize): void {
  addWeight(columnAt(index), size);
  putBytes(columnAt(index), staging, size);
}

export function putCell(index: i32, value: f64): void {
  const column = columnAt(index);
  if (column.kind == INTEGER) putNumber(column, <i64>value * <i64>column.factor);
  else if (column.kind == DOUBLE) putNumber(column, reinterpret<i64>(value));
  else putBoolean(column, <i32>value);
}

export function putMissing(index: i32): void {
  putNull(columnAt(index), rows);
}

export function putOrigin(offset: f64, time: f64): void {
  const first = orders.columnCount;
  putCell(first, orders.epoch);
  putCell(first + 1, orders.partition);
  putCell(first + 2, offset);
  putCell(first + 3, min(max(time, orders.firstInstant), orders.lastInstant));
  putCell(first + 4, orders.landedHour);
}

/** Ends a row, every column of which was put by itself. */
export function endRow(): void {
  rows += 1;
}

/** As pages.as.ts does. */
export function settle(index: i32): void {
  settleColumn(columnAt(index));
}

/** As pages.as.ts does. */
export function nextPage(index: i32, bytes: i32): i32 {
  return writePage(columnAt(index), rows, <usize>bytes);
}

function columnAt(index: i32): Column {
  return changetype<Column>(orders.columns + <usize>index * COLUMN_BYTES);
}

function fieldAt(index: i32): Field {
  return changetype<Field>(orders.fields + <usize>index * offsetof<Field>());
}

/** Counts the texts of the record that was scanned last. */
function weigh(): void {
  for (let index = 0; index < orders.columnCount; index += 1) {
    const column = columnAt(index);
    if (column.kind != BYTES || column.field < 0) continue;
    const span = load<u64>(spanOf(column.field, 0));
    if (<u32>span != 0) addWeight(column, ((<usize>(span >> 32)) & ~ESCAPED) - <usize>(<u32>span));
  }
}

function addWeight(column: Column, size: usize): void {
  column.weight += size;
  if (column.weight >= HEAVY) isHeavy = true;
}

/** Where the values of a field begin and end in the record of this place; zeros for one that it does not have. */
function spanOf(field: i32, place: i32): usize {
  return spans + <usize>field * SPAN_STRIDE + ((<usize>place) << 3);
}

/** Puts what the records that were scanned have for a column, which begin with this row. */
function putValues(column: Column, count: i32, row: i32): void {
  spans = orders.spans;
  const kind = column.kind;
  const factor = <i64>column.factor;
  for (let place = 0; place < count; place += 1) {
    const span = column.field < 0 ? 0 : load<u64>(spanOf(column.field, place));
    const from = <usize>(<u32>span);
    const to = (<usize>(span >> 32)) & ~ESCAPED;
    if (from == 0) putNull(column, row + place);
    else if (kind == BYTES) putText(column, from + 1, to - 1, ((<usize>(span >> 32)) & ESCAPED) != 0);
    else if (kind == INTEGER) putNumber(column, integerValue(from, to) * factor);
    // There is one zero (core/cells.ts).
    else if (kind == DOUBLE) putNumber(column, reinterpret<i64>(decimalValue(from, to) + 0.0));
    else putBoolean(column, <i32>(load<u8>(from) == 0x74));
  }
}

function putText(column: Column, from: usize, to: usize, hasEscapes: bool): void {
  if (hasEscapes) putBytes(column, orders.unescaped, unescape(from, to, orders.unescaped) - orders.unescaped);
  else putBytes(column, from, to - from);
}

function isPlain(start: usize, end: usize): bool {
  if (load<u8>(start) != OPEN_BRACE) return false;
  for (let index = 0; index < orders.fieldCount; index += 1) store<u64>(spanOf(index, 0), 0);
  missing = orders.required;
  previous = -1;
  hasUnknown = false;
  let at = skipBlanks(start + 1, end);
  while (true) {
    at = memberEnd(at, end);
    if (at == DOUBT) return false;
    at = skipBlanks(at, end);
    if (at >= end) return false;
    const byte = load<u8>(at);
    if (byte == CLOSE_BRACE) return at + 1 == end && missing == 0;
    if (byte != COMMA) return false;
    at = skipBlanks(at + 1, end);
  }
}

function follower(): i32 {
  return previous < 0 ? orders.first : fieldAt(previous).following;
}

function memberEnd(at: usize, end: usize): usize {
  let index = follower();
  let close = DOUBT;
  if (index < orders.fieldCount) {
    const expected = fieldAt(index);
    close = textEnd(expected.key, expected.keyLength, at);
  }
  if (close == DOUBT) {
    close = simpleKeyEnd(at, end);
    if (close == DOUBT) return DOUBT;
    index = indexAt(at);
  }
  const value = skipBlanks(close, end);
  if (value >= end) return DOUBT;
  if (index < 0) {
    hasUnknown = true;
    return orders.allowsUnknown ? valueEnd(value, end, MAX_DEPTH) : DOUBT;
  }
  const field = fieldAt(index);
  const span = spanOf(index, 0);
  if (load<u32>(span) != 0) return DOUBT;
  missing -= field.required;
  if (previous < 0) orders.first = index;
  else fieldAt(previous).following = index;
  previous = index;
  forgetEscapes();
  const stop = fieldEnd(field, value, end);
  store<u32>(span, <u32>value);
  store<u32>(span, <u32>(stop | (escaped ? ESCAPED : 0)), 4);
  return stop;
}

function indexAt(at: usize): i32 {
  for (let index = 0; index < orders.fieldCount; index += 1) {
    const field = fieldAt(index);
    if (textEnd(field.key, field.keyLength, at) != DOUBT) return index;
  }
  return -1;
}

function fieldEnd(field: Field, at: usize, end: usize): usize {
  const kind = field.kind;
  if (kind == TEXT) return load<u8>(at) == QUOTE ? stringEnd(at, end) : DOUBT;
  if (kind == WHOLE || kind == NUMBER) return boundedEnd(field, at, end);
  if (kind == CHOICE) return choiceEnd(field, at);
  if (kind == LOGICAL) return booleanEnd(at);
  return DOUBT;
}

function choiceEnd(field: Field, at: usize): usize {
  let next = DOUBT;
  for (let index = 0; index < field.choiceCount && next == DOUBT; index += 1) {
    const choice = changetype<Text>(field.choices + <usize>index * offsetof<Text>());
    next = textEnd(choice.at, choice.length, at);
  }
  return next;
}

function boundedEnd(field: Field, at: usize, stop: usize): usize {
  const isWhole = field.kind == WHOLE;
  const end = isWhole ? integerEnd(at, stop) : decimalEnd(at, stop);
  if (end == DOUBT) return DOUBT;
  const length = <i32>(end - at);
  const isNegative = load<u8>(at) == MINUS;
  if (isNegative) {
    if (length <= field.freeLengthBelowZero) return end;
  } else if (length <= field.freeLength) return end;
  if (length - <i32>isNegative > (isWhole ? EXACT_DIGITS : DECIMAL_LENGTH)) return DOUBT;
  const value = decimalValue(at, end);
  return value >= field.min && value <= field.max ? end : DOUBT;
}
