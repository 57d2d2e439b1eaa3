// The sieve of core/sieve.ts and the lines of line-buffer.ts in one pass, sixteen bytes at a time: a third of their cost. What it
// takes, the sieve takes too; what it leaves, the sieve and the contract decide. AssemblyScript: `npm run scanner` compiles it to
// scan-lines.wasm.ts.

import {
  booleanEnd,
  CLOSE_BRACE,
  COMMA,
  decimalEnd,
  decimalValue,
  DOUBT,
  integerEnd,
  MAX_DEPTH,
  MINUS,
  OPEN_BRACE,
  QUOTE,
  simpleKeyEnd,
  skipBlanks,
  stringEnd,
  textEnd,
  valueEnd,
  ZERO,
} from './scan-json.as';

const LINE_BREAK: u8 = 0x0a;

const EXACT_DIGITS: i32 = 15;
const DECIMAL_LENGTH: i32 = 18;
const SLACK: f64 = 1e-12;

const TEXT: i32 = 0;
const CHOICE: i32 = 1;
const INTEGER: i32 = 2;
const NUMBER: i32 = 3;
const BOOLEAN: i32 = 4;

/** What is known of a field; fields lie one behind the other, those with a name of the writer's last. */
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
  min: f64;
  max: f64;
  /** The round in which the field was last met. */
  met: i32;
  /** The field that last came behind this one. */
  following: i32;
}

/** A text to compare with. */
@unmanaged
class Text {
  at: usize;
  length: i32;
}

/** Where things lie in memory; JavaScript writes it before each scan. */
@unmanaged
class Orders {
  fields: usize;
  fieldCount: i32;
  nameCount: i32;
  required: i32;
  allowsUnknown: i32;
  /** Where each record begins and ends, from `text` on; a negative end is no record. */
  starts: usize;
  ends: usize;
  offsets: usize;
  times: usize;
  text: usize;
  /** What stands behind the time of every line, such as `,"_r":1,`. */
  frame: usize;
  frameLength: i32;
  out: usize;
  outEnd: usize;
  /** Length of each line that was written; of a record with unknown fields, below zero. */
  lengths: usize;
  /** Answered: how much was written. */
  written: i32;
  /** The field that records began with last, and how many were looked at. */
  first: i32;
  round: i32;
  firstInstant: f64;
  lastInstant: f64;
}

let orders: Orders = changetype<Orders>(0);
let missing: i32 = 0;
let previous: i32 = 0;
let unknown: bool = false;

/** Takes records `[from, to)` until one is in doubt or there is no room; answers the index of the first that was not taken. */
export function scan(at: usize, from: i32, to: i32): i32 {
  orders = changetype<Orders>(at);
  let out = orders.out;
  let index = from;
  for (; index < to; index += 1) {
    const offset = (<usize>index) << 2;
    const start = load<i32>(orders.starts + offset);
    const end = load<i32>(orders.ends + offset);
    if (end < 0 || end - start < 2) break;
    if (out + <usize>(end - start) + 128 > orders.outEnd) break;
    const record = orders.text + <usize>start;
    if (!isPlain(record, orders.text + <usize>end)) break;
    const line = putLine(out, index, record + 1, <usize>(end - start - 1));
    const length = <i32>(line - out);
    store<i32>(orders.lengths + ((<usize>(index - from)) << 2), unknown ? -length : length);
    out = line;
  }
  orders.written = <i32>(out - orders.out);
  return index;
}

function putLine(out: usize, index: i32, body: usize, size: usize): usize {
  const place = (<usize>index) << 3;
  // {"_o":
  store<u64>(out, 0x3a226f5f227b);
  let at = putInteger(out + 6, load<f64>(orders.offsets + place));
  // ,"_t":
  store<u64>(at, 0x3a22745f222c);
  at = putInteger(at + 6, min(max(load<f64>(orders.times + place), orders.firstInstant), orders.lastInstant));
  memory.copy(at, orders.frame, <usize>orders.frameLength);
  at += <usize>orders.frameLength;
  memory.copy(at, body, size);
  at += size;
  store<u8>(at, LINE_BREAK);
  return at + 1;
}

function putInteger(out: usize, value: f64): usize {
  let at = out;
  let rest = <i64>value;
  if (rest < 0) {
    store<u8>(at, MINUS);
    at += 1;
    rest = -rest;
  }
  let count: usize = 1;
  for (let limit: i64 = 10; limit <= rest; limit *= 10) count += 1;
  for (let next = at + count - 1; next >= at; next -= 1) {
    const tenth = <i64>(<u64>rest / 10);
    store<u8>(next, ZERO + <u8>(rest - tenth * 10));
    rest = tenth;
  }
  return at + count;
}

function isPlain(start: usize, end: usize): bool {
  if (load<u8>(start) != OPEN_BRACE) return false;
  orders.round += 1;
  missing = orders.required;
  previous = -1;
  unknown = false;
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

function fieldAt(index: i32): Field {
  return changetype<Field>(orders.fields + <usize>index * offsetof<Field>());
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
  if (index >= orders.fieldCount) return DOUBT;
  const value = skipBlanks(close, end);
  if (value >= end) return DOUBT;
  if (index < 0) {
    unknown = true;
    return orders.allowsUnknown ? valueEnd(value, end, MAX_DEPTH) : DOUBT;
  }
  const field = fieldAt(index);
  if (field.met == orders.round) return DOUBT;
  field.met = orders.round;
  missing -= field.required;
  if (previous < 0) orders.first = index;
  else fieldAt(previous).following = index;
  previous = index;
  return fieldEnd(field, value, end);
}

function indexAt(at: usize): i32 {
  for (let index = 0; index < orders.nameCount; index += 1) {
    const field = fieldAt(index);
    if (textEnd(field.key, field.keyLength, at) != DOUBT) return index;
  }
  return -1;
}

function fieldEnd(field: Field, at: usize, end: usize): usize {
  const kind = field.kind;
  if (kind == TEXT) return load<u8>(at) == QUOTE ? stringEnd(at, end) : DOUBT;
  if (kind == INTEGER || kind == NUMBER) return boundedEnd(field, at, end);
  if (kind == CHOICE) return choiceEnd(field, at);
  if (kind == BOOLEAN) return booleanEnd(at);
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
  const isInteger = field.kind == INTEGER;
  const end = isInteger ? integerEnd(at, stop) : decimalEnd(at, stop);
  if (end == DOUBT) return DOUBT;
  const length = <i32>(end - at);
  const isNegative = load<u8>(at) == MINUS;
  if (isNegative) {
    if (length <= field.freeLengthBelowZero && load<u8>(at + 1) != ZERO) return end;
  } else if (length <= field.freeLength) return end;
  if (length - <i32>isNegative > (isInteger ? EXACT_DIGITS : DECIMAL_LENGTH)) return DOUBT;
  const value = decimalValue(at, end);
  if (isNegative && value == 0) return DOUBT;
  const slack = length > EXACT_DIGITS ? abs(value) * SLACK : 0;
  return value - slack >= field.min && value + slack <= field.max ? end : DOUBT;
}
