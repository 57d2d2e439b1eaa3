// Scanners of JSON, sixteen bytes at a time: each is told where something begins and where the record ends, and answers where it
// ends, or DOUBT. They are strict: what they pass, every reader of JSON reads, and reads alike. Sixteen bytes behind any position
// of a record are read, whatever is there.

export const DOUBT: usize = 0;

/** Whole numbers up to this are doubles. */
const EXACT: u64 = 1 << 53;

export const QUOTE: u8 = 0x22;
const PLUS: u8 = 0x2b;
export const COMMA: u8 = 0x2c;
export const MINUS: u8 = 0x2d;
const DOT: u8 = 0x2e;
const ZERO: u8 = 0x30;
const COLON: u8 = 0x3a;
const BACKSLASH: u8 = 0x5c;
const OPEN_BRACKET: u8 = 0x5b;
const CLOSE_BRACKET: u8 = 0x5d;
export const OPEN_BRACE: u8 = 0x7b;
export const CLOSE_BRACE: u8 = 0x7d;

/** Brackets within brackets that are followed; deeper ones are in doubt. */
export const MAX_DEPTH: i32 = 32;

/** Whether a string with an escape in it was scanned since `forgetEscapes`. */
export let escaped: bool = false;

export function forgetEscapes(): void {
  escaped = false;
}

/** Position behind the text of `length` bytes when it stands at `at`. Sixteen bytes are read, whatever is there. */
export function textEnd(text: usize, length: i32, at: usize): usize {
  let done = 0;
  for (; length - done > 16; done += 16) {
    if (!v128.all_true<i8>(v128.eq<i8>(v128.load(text + done), v128.load(at + done)))) return DOUBT;
  }
  const same = v128.bitmask<i8>(v128.eq<i8>(v128.load(text + done), v128.load(at + done)));
  const wanted = (1 << (length - done)) - 1;
  return (same & wanted) == wanted ? at + length : DOUBT;
}

export function skipBlanks(at: usize, end: usize): usize {
  let next = at;
  while (next < end && (load<u8>(next) == 0x20 || load<u8>(next) == 0x09)) next += 1;
  return next;
}

export function simpleKeyEnd(at: usize, end: usize): usize {
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

export function stringEnd(at: usize, end: usize): usize {
  let next = at + 1;
  while (true) {
    next = specialAt(next, end);
    if (next >= end) return DOUBT;
    const byte = load<u8>(next);
    if (byte == QUOTE) return next + 1;
    if (byte < 0x20) return DOUBT;
    if (byte == BACKSLASH) {
      escaped = true;
      next = escapeEnd(next, end);
    } else next = characterEnd(next, end);
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

export function integerEnd(at: usize, end: usize): usize {
  const digits = signEnd(at, end);
  const next = digitsEnd(digits, end);
  return next == digits || (next > digits + 1 && load<u8>(digits) == ZERO) ? DOUBT : next;
}

export function decimalEnd(at: usize, end: usize): usize {
  const whole = integerEnd(at, end);
  if (whole == DOUBT || whole >= end || load<u8>(whole) != DOT) return whole;
  const next = digitsEnd(whole + 1, end);
  return next == whole + 1 ? DOUBT : next;
}

/** The whole number at `[at, end)`, of at most fifteen digits. */
export function integerValue(at: usize, end: usize): i64 {
  let value: i64 = 0;
  for (let next = signEnd(at, end); next < end; next += 1) value = value * 10 + <i64>(load<u8>(next) - ZERO);
  return load<u8>(at) == MINUS ? -value : value;
}

/** The double nearest to the decimal at `[at, end)`, of at most seventeen digits. */
export function decimalValue(at: usize, end: usize): f64 {
  let digits: u64 = 0;
  let power: u64 = 0;
  for (let next = signEnd(at, end); next < end; next += 1) {
    const byte = load<u8>(next);
    if (byte == DOT) power = 1;
    else {
      digits = digits * 10 + <u64>(byte - ZERO);
      power *= 10;
    }
  }
  const size = quotient(digits, power == 0 ? 1 : power);
  return load<u8>(at) == MINUS ? -size : size;
}

/** The double nearest to a fraction of whole numbers below 10 ** 18, the even one of two that are as near. */
function quotient(above: u64, below: u64): f64 {
  if (above == 0) return 0;
  // Both are doubles then, and a division of doubles gives the nearest.
  if (above <= EXACT && below <= EXACT) return <f64>above / <f64>below;
  let whole = above / below;
  let rest = above - whole * below;
  let shift: u64 = 0;
  for (; whole < EXACT << 1; shift += 1) {
    rest <<= 1;
    const bit = <u64>(rest >= below);
    rest -= bit * below;
    whole = (whole << 1) | bit;
  }
  // One bit more than a double has, or a few, and whether anything follows them: conversion rounds to the nearest, to even.
  const sticky = <u64>(rest != 0);
  return <f64>((whole << 1) | sticky) * reinterpret<f64>((1022 - shift) << 52);
}

/** Writes the string at `[at, end)`, which was scanned before, without its escapes; answers where it ends. */
export function unescape(at: usize, end: usize, out: usize): usize {
  let next = at;
  let to = out;
  while (next < end) {
    const byte = load<u8>(next);
    if (byte != BACKSLASH) {
      store<u8>(to, byte);
      next += 1;
      to += 1;
      continue;
    }
    const letter = load<u8>(next + 1);
    if (letter != 0x75) {
      store<u8>(to, escapedByte(letter));
      next += 2;
      to += 1;
      continue;
    }
    let point = unicodeEscape(next, end);
    next += 6;
    if ((point & 0xfc00) == 0xd800) {
      point = 0x10000 + ((point & 0x3ff) << 10) + (unicodeEscape(next, end) & 0x3ff);
      next += 6;
    }
    to = putCharacter(to, point);
  }
  return to;
}

function escapedByte(letter: u8): u8 {
  switch (letter) {
    case 0x62:
      return 0x08;
    case 0x66:
      return 0x0c;
    case 0x6e:
      return 0x0a;
    case 0x72:
      return 0x0d;
    case 0x74:
      return 0x09;
  }
  return letter;
}

function putCharacter(out: usize, point: i32): usize {
  if (point < 0x80) {
    store<u8>(out, <u8>point);
    return out + 1;
  }
  const length: usize = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  let rest = point;
  for (let at = out + length - 1; at > out; at -= 1) {
    store<u8>(at, <u8>(0x80 | (rest & 0x3f)));
    rest >>= 6;
  }
  const lead = length == 2 ? 0xc0 : length == 3 ? 0xe0 : 0xf0;
  store<u8>(out, <u8>(lead | rest));
  return out + length;
}

/** Scans `true` or `false`. */
export function booleanEnd(at: usize): usize {
  // The first four bytes at once, as a number.
  if (load<u32>(at) == 0x65757274) return at + 4;
  return load<u32>(at) == 0x736c6166 && load<u8>(at + 4) == 0x65 ? at + 5 : DOUBT;
}

function nullEnd(at: usize): usize {
  return load<u32>(at) == 0x6c6c756e ? at + 4 : DOUBT;
}

/** Any JSON value, no deeper than `depth`. */
export function valueEnd(at: usize, end: usize, depth: i32): usize {
  if (at >= end || depth == 0) return DOUBT;
  const byte = load<u8>(at);
  if (byte == QUOTE) return stringEnd(at, end);
  if (byte == OPEN_BRACE || byte == OPEN_BRACKET) return listEnd(at, end, depth);
  if (byte < 0x61) return numberEnd(at, end);
  const next = booleanEnd(at);
  return next == DOUBT ? nullEnd(at) : next;
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
