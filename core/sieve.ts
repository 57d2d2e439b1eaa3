import type { RecordRules } from './assets.ts';
import {
  isBlank,
  CLOSE_BRACE,
  COLON,
  COMMA,
  DOUBT,
  OPEN_BRACE,
  QUOTE,
  skipBlanks,
  textsOf,
  valueEnd,
  type Texts,
} from './json-scan.ts';
import { fieldScannerOf, type Span } from './sieve-field.ts';

const BACKSLASH = 0x5c;

/** Sorts records by their bytes: those that are plain need no decoding. */
export interface Sieve {
  /**
   * True when the record in `[start, end)` of `text` certainly fits the contract, and every reader of JSON certainly reads
   * the same values from it; a plain record is one line. False says nothing: the contract decides. Records
   * that end within the last few bytes of the text are in doubt.
   */
  isPlain(text: DataView, start: number, end: number): boolean;
  /** True when the record that was last found plain, by whomever, had fields that the contract does not name. */
  hadUnknown(): boolean;
}

/** A sieve that lets nothing pass, for contracts whose rules cannot be told. */
export const closedSieve: Sieve = { isPlain: () => false, hadUnknown: () => false };

/**
 * Makes the sieve of a contract. A plain record has no field named in `reserved`: such names are for those who write the
 * record elsewhere with fields of their own.
 */
export function createSieve(rules: RecordRules, reserved: readonly string[] = []): Sieve {
  const { fields, allowsUnknown } = rules;
  const keys = textsOf([...fields.map(({ name }) => name), ...reserved].map((name) => `${JSON.stringify(name)}:`));
  const isRequired = Uint8Array.from(fields, ({ required }) => Number(required));
  const required = isRequired.reduce((sum, flag) => sum + flag, 0);
  const values = fieldScannerOf(fields);
  const reach = Math.max(keys.reach, values.reach);
  const first = fields.length;
  /** The field that last came behind each field; behind `first`, the one a record began with. Records are mostly alike. */
  const following = Int32Array.from({ length: first + 1 }, (_, index) => (index === first ? 0 : index + 1));
  /** The round in which each field was last met: twice in one round is in doubt. */
  const met = new Int32Array(first);
  const state = { round: 0, missing: 0, previous: first, unknown: false };

  /** Position behind the key and the value that begin at `at`. */
  function memberEnd(span: Span, at: number): number {
    const { text, end } = span;
    let index = following[state.previous] ?? first;
    let close = index < first ? keys.endOf(index, text, at) : DOUBT;
    if (close === DOUBT) {
      close = simpleKeyEnd(text, at, end);
      index = indexAt(keys, text, at);
    }
    if (close === DOUBT || index >= first) return DOUBT;
    const value = isBlank(text, close, end) ? skipBlanks(text, close, end) : close;
    if (value >= end) return DOUBT;
    if (index < 0) {
      state.unknown = true;
      return allowsUnknown ? valueEnd(text, value, end) : DOUBT;
    }
    if (met[index] === state.round) return DOUBT;
    met[index] = state.round;
    state.missing -= isRequired[index] ?? 0;
    following[state.previous] = index;
    state.previous = index;
    return values.endOf(index, span, value);
  }

  function begin(): void {
    state.round = (state.round + 1) | 0;
    state.missing = required;
    state.previous = first;
    state.unknown = false;
  }

  function isPlain(text: DataView, start: number, end: number): boolean {
    if (end - start < 2 || end + reach > text.byteLength || text.getUint8(start) !== OPEN_BRACE) return false;
    begin();
    const span = { text, end };
    let at = skipBlanks(text, start + 1, end);
    for (;;) {
      at = memberEnd(span, at);
      if (at === DOUBT) return false;
      if (isBlank(text, at, end)) at = skipBlanks(text, at, end);
      if (at >= end) return false;
      const byte = text.getUint8(at);
      if (byte === CLOSE_BRACE) return at + 1 === end && state.missing === 0;
      if (byte !== COMMA) return false;
      at += 1;
      if (isBlank(text, at, end)) at = skipBlanks(text, at, end);
    }
  }

  return { isPlain, hadUnknown: () => state.unknown };
}

/** The index of the text that stands at `at`, or -1. */
function indexAt(texts: Texts, text: DataView, at: number): number {
  for (let index = 0; index < texts.count; index += 1) if (texts.endOf(index, text, at) !== DOUBT) return index;
  return -1;
}

/** Position behind the key at `at` and its colon; DOUBT when they do not follow each other, or the key is not plain ASCII. */
function simpleKeyEnd(text: DataView, at: number, end: number): number {
  if (at >= end || text.getUint8(at) !== QUOTE) return DOUBT;
  for (let next = at + 1; next + 1 < end; next += 1) {
    const byte = text.getUint8(next);
    if (byte === QUOTE) return text.getUint8(next + 1) === COLON ? next + 2 : DOUBT;
    if (byte < 0x20 || byte >= 0x80 || byte === BACKSLASH) return DOUBT;
  }
  return DOUBT;
}
