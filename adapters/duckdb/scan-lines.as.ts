// The sieve of core/sieve.ts and the lines of line-buffer.ts in one pass, sixteen bytes at a time: a third of their cost. What it
// takes, the sieve takes too; what it leaves, the sieve and the contract decide. AssemblyScript: `npm run scanner` compiles it to
// scan-lines.wasm.ts. Sixteen bytes behind any position of a record are read, whatever is there.

const DOUBT: usize = 0;

const QUOTE: u8 = 0x22;
const PLUS: u8 = 0x2b;
const COMMA: u8 = 0x2c;
const MINUS: u8 = 0x2d;
const DOT: u8 = 0x2e;
const ZERO: u8 = 0x30;
const COLON: u8 = 0x3a;
const BACKSLASH: u8 = 0x5c;
const OPEN_BRACKET: u8 = 0x5b;
const CLOSE_BRACKET: u8 = 0x5d;
const OPEN_BRACE: u8 = 0x7b;
const CLOSE_BRACE: u8 = 0x7d;
const LINE_BREAK: u8 = 0x0a;

const MAX_DEPTH: i32 = 32;
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
  /** Literals `true`, `false` and `null`. */
  literals: usize;
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

/** Position behind the text of `length` bytes when it stands at `at`. Sixteen bytes are read, whatever is there. */
function textEnd(text: usize, length: i32, at: usize): usize {
  let done = 0;
  for (; length - done > 16; done += 16) {
    if (!v128.all_true<i8>(v128.eq<i8>(v128.load(text + done), v128.load(at + done)))) return DOUBT;
  }
  const same = v128.bitmask<i8>(v128.eq<i8>(v128.load(text + done), v128.load(at + done)));
  const wanted = (1 << (length - done)) - 1;
  return (same & wanted) == wanted ? at + length : DOUBT;
}

function skipBlanks(at: usize, end: usize): usize {
  let next = at;
  while (next < end && (load<u8>(next) == 0x20 || load<u8>(next) == 0x09)) next += 1;
  return next;
}

function simpleKeyEnd(at: usize, end: usize): usize {
  if (at >= end || load<u8>(at) != QUOTE) return DOUBT;
  for (let next = at + 1; next + 1 < end; next += 1) {
    const byte = load<u8>(next);
    if (byte == QUOTE) return load<u8>(next + 1) == COLON ? next + 2 : DOUBT;
    if (byte < 0x20 || byte >= 0x80 || byte == BACKSLASH) return DOUBT;
  }
  return DOUBT;
}

/** Position of the first byte from `at` on that a JSON string may not simply contain, or of one behind `end`. */
function specialAt(at: usize, end: usize): usize {
  let next = at;
  while (next < end) {
    const bytes = v128.load(next);
    // Signed, bytes beyond ASCII are below zero.
    const special = v128.or(
      v128.lt<i8>(bytes, i8x16.splat(0x20)),
      v128.or(v128.eq<i8>(bytes, i8x16.splat(QUOTE)), v128.eq<i8>(bytes, i8x16.splat(BACKSLASH))),
    );
    const found = v128.bitmask<i8>(special);
    if (found != 0) return next + <usize>ctz(found);
    next += 16;
  }
  return next;
}

function stringEnd(at: usize, end: usize): usize {
  let next = at + 1;
  while (true) {
    next = specialAt(next, end);
    if (next >= end) return DOUBT;
    const byte = load<u8>(next);
    if (byte == QUOTE) return next + 1;
    if (byte < 0x20) return DOUBT;
    next = byte == BACKSLASH ? escapeEnd(next, end) : characterEnd(next, end);
    if (next == DOUBT) return DOUBT;
  }
}

function escapeEnd(at: usize, end: usize): usize {
  if (at + 1 >= end) return DOUBT;
  switch (load<u8>(at + 1)) {
    case 0x22:
    case 0x5c:
    case 0x2f:
    case 0x62:
    case 0x66:
    case 0x6e:
    case 0x72:
    case 0x74:
      return at + 2;
  }
  const unit = unicodeEscape(at, end);
  if (unit < 0 || (unit & 0xfc00) == 0xdc00) return DOUBT;
  if ((unit & 0xfc00) != 0xd800) return at + 6;
  const low = unicodeEscape(at + 6, end);
  return low >= 0 && (low & 0xfc00) == 0xdc00 ? at + 12 : DOUBT;
}

function unicodeEscape(at: usize, end: usize): i32 {
  if (at + 6 > end || load<u8>(at) != BACKSLASH || load<u8>(at + 1) != 0x75) return -1;
  let unit = 0;
  for (let next = at + 2; next < at + 6; next += 1) {
    const digit = hexDigit(load<u8>(next));
    if (digit < 0) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

function hexDigit(byte: u8): i32 {
  if (byte >= 0x30 && byte <= 0x39) return <i32>byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? <i32>letter - 0x57 : -1;
}

function characterEnd(at: usize, end: usize): usize {
  const lead = load<u8>(at);
  if (lead < 0xc2 || lead > 0xf4) return DOUBT;
  const length: usize = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (at + length > end) return DOUBT;
  for (let next = at + 1; next < at + length; next += 1) if ((load<u8>(next) & 0xc0) != 0x80) return DOUBT;
  const second = load<u8>(at + 1);
  if (lead == 0xe0) return second >= 0xa0 ? at + length : DOUBT;
  if (lead == 0xed) return second < 0xa0 ? at + length : DOUBT;
  if (lead == 0xf0) return second >= 0x90 ? at + length : DOUBT;
  if (lead == 0xf4) return second < 0x90 ? at + length : DOUBT;
  return at + length;
}

/** Position behind the digits from `at` on. */
function digitsEnd(at: usize, end: usize): usize {
  let next = at;
  while (next < end) {
    const others = v128.bitmask<i8>(v128.gt<u8>(v128.sub<i8>(v128.load(next), i8x16.splat(ZERO)), i8x16.splat(9)));
    if (others != 0) return min(next + <usize>ctz(others), end);
    next += 16;
  }
  return min(next, end);
}

function signEnd(at: usize, end: usize): usize {
  return at < end && load<u8>(at) == MINUS ? at + 1 : at;
}

function integerEnd(at: usize, end: usize): usize {
  const digits = signEnd(at, end);
  const next = digitsEnd(digits, end);
  return next == digits || (next > digits + 1 && load<u8>(digits) == ZERO) ? DOUBT : next;
}

function decimalEnd(at: usize, end: usize): usize {
  const whole = integerEnd(at, end);
  if (whole == DOUBT || whole >= end || load<u8>(whole) != DOT) return whole;
  const next = digitsEnd(whole + 1, end);
  return next == whole + 1 ? DOUBT : next;
}

function decimalValue(at: usize, end: usize): f64 {
  let value: f64 = 0;
  let power: f64 = 0;
  for (let next = signEnd(at, end); next < end; next += 1) {
    const byte = load<u8>(next);
    if (byte == DOT) power = 1;
    else {
      value = value * 10 + <f64>byte - <f64>ZERO;
      power *= 10;
    }
  }
  const size = power == 0 ? value : value / power;
  return load<u8>(at) == MINUS ? -size : size;
}

function literalAt(index: i32, at: usize): usize {
  const literal = changetype<Text>(orders.literals + <usize>index * offsetof<Text>());
  return textEnd(literal.at, literal.length, at);
}

function booleanEnd(at: usize): usize {
  const next = literalAt(0, at);
  return next == DOUBT ? literalAt(1, at) : next;
}

/** Any JSON value, no deeper than `depth`. */
function valueEnd(at: usize, end: usize, depth: i32): usize {
  if (at >= end || depth == 0) return DOUBT;
  const byte = load<u8>(at);
  if (byte == QUOTE) return stringEnd(at, end);
  if (byte == OPEN_BRACE || byte == OPEN_BRACKET) return listEnd(at, end, depth);
  if (byte < 0x61) return numberEnd(at, end);
  const next = booleanEnd(at);
  return next == DOUBT ? literalAt(2, at) : next;
}

function listEnd(at: usize, end: usize, depth: i32): usize {
  const isObject = load<u8>(at) == OPEN_BRACE;
  const close = isObject ? CLOSE_BRACE : CLOSE_BRACKET;
  let next = skipBlanks(at + 1, end);
  if (next < end && load<u8>(next) == close) return next + 1;
  while (true) {
    if (isObject) next = keyEnd(next, end);
    if (next == DOUBT) return DOUBT;
    next = valueEnd(next, end, depth - 1);
    if (next == DOUBT) return DOUBT;
    next = skipBlanks(next, end);
    if (next >= end) return DOUBT;
    if (load<u8>(next) == close) return next + 1;
    if (load<u8>(next) != COMMA) return DOUBT;
    next = skipBlanks(next + 1, end);
  }
}

function keyEnd(at: usize, end: usize): usize {
  if (at >= end || load<u8>(at) != QUOTE) return DOUBT;
  const close = stringEnd(at, end);
  const colon = close == DOUBT ? end : skipBlanks(close, end);
  return colon < end && load<u8>(colon) == COLON ? skipBlanks(colon + 1, end) : DOUBT;
}

function numberEnd(at: usize, end: usize): usize {
  const fraction = decimalEnd(at, end);
  if (fraction == DOUBT || fraction + 1 >= end || (load<u8>(fraction) | 0x20) != 0x65) return fraction;
  const sign = load<u8>(fraction + 1);
  const from = sign == MINUS || sign == PLUS ? fraction + 2 : fraction + 1;
  const next = digitsEnd(from, end);
  return next == from || next > from + 2 ? DOUBT : next;
}
