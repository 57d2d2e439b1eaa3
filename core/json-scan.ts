// Scanners of JSON in the bytes of a DataView: each is told where something begins and where the record ends, and answers
// where it ends. They are strict: what they pass, every reader of JSON reads, and reads alike.

/** What every scanner answers when it cannot vouch for what it reads. */
export const DOUBT = -1;

export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const ZERO = 0x30;
export const COLON = 0x3a;
export const OPEN_BRACE = 0x7b;
export const CLOSE_BRACE = 0x7d;
const PLUS = 0x2b;
export const MINUS = 0x2d;
const DOT = 0x2e;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** Brackets within brackets that are followed; deeper ones are in doubt. */
const MAX_DEPTH = 32;

/** Position behind what begins at `at`, or DOUBT. A scanner may answer a position beyond `end` when the record ends too early. */
type Scanner = (text: DataView, at: number, end: number) => number;

/** 1 for the bytes that a JSON string may not simply contain: quote, backslash, control bytes, and all beyond ASCII. */
const SPECIAL = Uint8Array.from({ length: 256 }, (_, byte) =>
  Number(byte < 0x20 || byte === QUOTE || byte === BACKSLASH || byte >= 0x80),
);

const SIMPLE_ESCAPES: ReadonlySet<number> = new Set(asciiOf('"\\/bfnrt'));

function asciiOf(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

/** True when a blank is at `at`. Asked first, because there hardly ever is one and a call is dear. */
export function isBlank(text: DataView, at: number, end: number): boolean {
  return at < end && text.getUint8(at) <= 0x20;
}

/** Position of the first byte from `at` on that is neither space nor tab. Line breaks are left to whoever meets them. */
export function skipBlanks(text: DataView, at: number, end: number): number {
  let next = at;
  while (next < end && (text.getUint8(next) === 0x20 || text.getUint8(next) === 0x09)) next += 1;
  return next;
}

/** Scans the JSON string whose opening quote is at `at`. */
export function stringEnd(text: DataView, at: number, end: number): number {
  let next = at + 1;
  for (;;) {
    while (next + 4 <= end && isSimple(text.getInt32(next, true))) next += 4;
    while (next < end && SPECIAL[text.getUint8(next)] === 0) next += 1;
    if (next >= end) return DOUBT;
    const byte = text.getUint8(next);
    if (byte === QUOTE) return next + 1;
    if (byte < 0x20) return DOUBT;
    next = byte === BACKSLASH ? escapeEnd(text, next, end) : characterEnd(text, next, end);
    if (next === DOUBT) return DOUBT;
  }
}

/** True when none of the four bytes of `word` is special: the test of SPECIAL, on all of them at once. */
function isSimple(word: number): boolean {
  const quote = word ^ 0x22222222;
  const backslash = word ^ 0x5c5c5c5c;
  const found = ((quote - 0x01010101) & ~quote) | ((backslash - 0x01010101) & ~backslash) | (word - 0x20202020) | word;
  return (found & 0x80808080) === 0;
}

/** Scans the escape at `at`; both halves of a surrogate pair are one escape, and either alone is in doubt. */
function escapeEnd(text: DataView, at: number, end: number): number {
  if (at + 1 >= end) return DOUBT;
  if (SIMPLE_ESCAPES.has(text.getUint8(at + 1))) return at + 2;
  const unit = unicodeEscape(text, at, end);
  if (unit === DOUBT || (unit & 0xfc00) === 0xdc00) return DOUBT;
  if ((unit & 0xfc00) !== 0xd800) return at + 6;
  const low = unicodeEscape(text, at + 6, end);
  return low !== DOUBT && (low & 0xfc00) === 0xdc00 ? at + 12 : DOUBT;
}

/** The 16 bits that an escape such as `\u00e9` at `at` stands for. */
function unicodeEscape(text: DataView, at: number, end: number): number {
  if (at + 6 > end || text.getUint8(at) !== BACKSLASH || text.getUint8(at + 1) !== 0x75) return DOUBT;
  let unit = 0;
  for (let next = at + 2; next < at + 6; next += 1) {
    const digit = hexDigit(text.getUint8(next));
    if (digit === DOUBT) return DOUBT;
    unit = unit * 16 + digit;
  }
  return unit;
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : DOUBT;
}

/** Scans a character beyond ASCII: well-formed UTF-8 is of the shortest form, no surrogate, and at most U+10FFFF. */
function characterEnd(text: DataView, at: number, end: number): number {
  const lead = text.getUint8(at);
  if (lead < 0xc2 || lead > 0xf4) return DOUBT;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (at + length > end) return DOUBT;
  for (let next = at + 1; next < at + length; next += 1) if ((text.getUint8(next) & 0xc0) !== 0x80) return DOUBT;
  return isShortest(lead, text.getUint8(at + 1)) ? at + length : DOUBT;
}

function isShortest(lead: number, second: number): boolean {
  switch (lead) {
    case 0xe0:
      return second >= 0xa0;
    case 0xed:
      return second < 0xa0;
    case 0xf0:
      return second >= 0x90;
    case 0xf4:
      return second < 0x90;
    default:
      return true;
  }
}

/** Position behind the digits from `at` on; `at` itself when there are none. */
function digitsEnd(text: DataView, at: number, end: number): number {
  let next = at;
  while (next < end && ((text.getUint8(next) - ZERO) & 0xff) < 10) next += 1;
  return next;
}

/** Position behind `-` when it is at `at`, else `at`. */
function signEnd(text: DataView, at: number, end: number): number {
  return at < end && text.getUint8(at) === MINUS ? at + 1 : at;
}

/** Scans the whole part of a number whose digits begin at `at`. */
function wholeEnd(text: DataView, at: number, end: number): number {
  const next = digitsEnd(text, at, end);
  return next === at || (next > at + 1 && text.getUint8(at) === ZERO) ? DOUBT : next;
}

/** Scans the fraction at `at`; answers `at` itself when there is none. */
function fractionEnd(text: DataView, at: number, end: number): number {
  if (at >= end || text.getUint8(at) !== DOT) return at;
  const next = digitsEnd(text, at + 1, end);
  return next === at + 1 ? DOUBT : next;
}

/** Scans an integer. */
export function integerEnd(text: DataView, at: number, end: number): number {
  return wholeEnd(text, signEnd(text, at, end), end);
}

/** Scans a number without exponent. */
export function decimalEnd(text: DataView, at: number, end: number): number {
  const whole = integerEnd(text, at, end);
  return whole === DOUBT ? DOUBT : fractionEnd(text, whole, end);
}

/** The value of the number without exponent in `[at, end)`; correctly rounded up to 15 digits, nearly so beyond. */
export function decimalValue(text: DataView, at: number, end: number): number {
  let value = 0;
  let power = 0;
  for (let next = signEnd(text, at, end); next < end; next += 1) {
    const byte = text.getUint8(next);
    if (byte !== DOT) value = value * 10 + byte - ZERO;
    power = byte === DOT ? 1 : power * 10;
  }
  const size = power === 0 ? value : value / power;
  return text.getUint8(at) === MINUS ? -size : size;
}

function numberEnd(text: DataView, at: number, end: number): number {
  const fraction = decimalEnd(text, at, end);
  const hasExponent = fraction !== DOUBT && fraction + 1 < end && (text.getUint8(fraction) | 0x20) === 0x65;
  return hasExponent ? exponentEnd(text, fraction + 1, end) : fraction;
}

/** Scans an exponent from its sign on. One of three digits may be beyond all doubles, which readers treat differently. */
function exponentEnd(text: DataView, at: number, end: number): number {
  const sign = text.getUint8(at);
  const from = sign === MINUS || sign === PLUS ? at + 1 : at;
  const next = digitsEnd(text, from, end);
  return next === from || next > from + 2 ? DOUBT : next;
}

/** Texts to look for, by index; four bytes are compared at a time. */
export interface Texts {
  readonly count: number;
  /** The longest of them, or the four bytes that are compared at least. `endOf` reads so many, whatever is there. */
  readonly reach: number;
  /** Position behind text `index` when it stands at `at`, else DOUBT. It may be beyond the end of the record. */
  endOf(index: number, text: DataView, at: number): number;
}

/** Makes texts ready. One function serves all of them: calling one of many through a table is slow. */
export function textsOf(wanted: readonly string[]): Texts {
  const encoded = wanted.map((text) => new TextEncoder().encode(text));
  const lengths = Int32Array.from(encoded, ({ length }) => length);
  const wordsOfEach = encoded.map(wordsOf);
  const words = Int32Array.from(wordsOfEach.flat());
  const starts = Int32Array.from(encoded, (_, index) => wordsOfEach.slice(0, index).flat().length);
  function endOf(index: number, text: DataView, at: number): number {
    const length = lengths[index] ?? 0;
    const last = length > 4 ? at + length - 4 : at;
    let word = starts[index] ?? 0;
    for (let next = at; next < last; next += 4, word += 1) if (text.getInt32(next, true) !== words[word]) return DOUBT;
    const unused = length < 4 ? 32 - 8 * length : 0;
    return text.getInt32(last, true) << unused === words[word] ? at + length : DOUBT;
  }
  return { count: wanted.length, reach: Math.max(4, ...lengths), endOf };
}

/** The bytes four by four, the last four overlapping those before; fewer than four fill the upper bytes of one word. */
function wordsOf(bytes: Uint8Array): readonly number[] {
  const { length } = bytes;
  const padded = new Uint8Array(Math.max(4, length));
  padded.set(bytes, padded.length - length);
  const view = new DataView(padded.buffer);
  const whole = Array.from({ length: Math.ceil(padded.length / 4) - 1 }, (_, index) => view.getInt32(index * 4, true));
  return [...whole, view.getInt32(padded.length - 4, true)];
}

const LITERALS = textsOf(['true', 'false', 'null']);

/** Scans `true` or `false`; five bytes have to be there. */
export function booleanEnd(text: DataView, at: number): number {
  const next = LITERALS.endOf(0, text, at);
  return next === DOUBT ? LITERALS.endOf(1, text, at) : next;
}

const tooDeep: Scanner = () => DOUBT;

/** Scans any JSON value. */
export const valueEnd: Scanner = Array.from({ length: MAX_DEPTH }).reduce<Scanner>((inner) => valueScanner(inner), tooDeep);

/** A scanner of values whose members and elements `inner` scans. */
function valueScanner(inner: Scanner): Scanner {
  const elementsEnd = listScanner(CLOSE_BRACKET, inner);
  const membersEnd = listScanner(CLOSE_BRACE, (text, at, end) => {
    const value = keyEnd(text, at, end);
    return value === DOUBT ? DOUBT : inner(text, value, end);
  });
  return (text, at, end) => {
    if (at >= end) return DOUBT;
    const byte = text.getUint8(at);
    if (byte === QUOTE) return stringEnd(text, at, end);
    if (byte === OPEN_BRACE) return membersEnd(text, at, end);
    if (byte === OPEN_BRACKET) return elementsEnd(text, at, end);
    return byte >= 0x61 ? literalEnd(text, at) : numberEnd(text, at, end);
  };
}

function literalEnd(text: DataView, at: number): number {
  const next = booleanEnd(text, at);
  return next === DOUBT ? LITERALS.endOf(2, text, at) : next;
}

/** A scanner of what stands between brackets: entries with a comma between each two. */
function listScanner(close: number, entryEnd: Scanner): Scanner {
  return (text, at, end) => {
    let next = skipBlanks(text, at + 1, end);
    if (next < end && text.getUint8(next) === close) return next + 1;
    for (;;) {
      const entry = entryEnd(text, next, end);
      if (entry === DOUBT) return DOUBT;
      next = skipBlanks(text, entry, end);
      if (next >= end) return DOUBT;
      if (text.getUint8(next) === close) return next + 1;
      if (text.getUint8(next) !== COMMA) return DOUBT;
      next = skipBlanks(text, next + 1, end);
    }
  };
}

/** Scans a key, its colon and the blanks behind it. */
function keyEnd(text: DataView, at: number, end: number): number {
  if (at >= end || text.getUint8(at) !== QUOTE) return DOUBT;
  const close = stringEnd(text, at, end);
  const colon = close === DOUBT ? end : skipBlanks(text, close, end);
  return colon < end && text.getUint8(colon) === COLON ? skipBlanks(text, colon + 1, end) : DOUBT;
}
