import type { FieldRule } from './assets.ts';
import {
  booleanEnd,
  decimalEnd,
  decimalValue,
  DOUBT,
  integerEnd,
  MINUS,
  QUOTE,
  stringEnd,
  textsOf,
  ZERO,
  type Texts,
} from './json-scan.ts';

/** Digits that a double holds exactly. */
const EXACT_DIGITS = 15;
/** Bytes of a decimal without its sign beyond which readers may round differently. */
const DECIMAL_LENGTH = 18;
/** Relative distance from a bound within which a number of more than EXACT_DIGITS is in doubt. */
const SLACK = 1e-12;
/** Bytes that a literal such as `false`, or the first of a number, take at most. */
const MARGIN = 5;

/** The part of a text that is being looked at: up to `end`. */
export interface Span {
  readonly text: DataView;
  readonly end: number;
}

/** What values a field may have. */
export interface ValueLimits {
  readonly kind: 'text' | 'choice' | 'integer' | 'number' | 'boolean' | 'doubt';
  /** The texts of an enumeration, as JSON. */
  readonly choices: readonly string[];
  readonly min: number;
  readonly max: number;
  /** A number of so many bytes is within the bounds whatever it is; of those below zero, the sign is counted. */
  readonly freeLength: number;
  readonly freeLengthBelowZero: number;
}

/** Limits made ready to be looked for. */
interface Values extends Omit<ValueLimits, 'choices'> {
  readonly choices: Texts;
}

/** What the values of a field are held against. */
export function limitsOf(rule: FieldRule): ValueLimits {
  const { min, max, values } = rule;
  const kind = values === null ? rule.kind : 'choice';
  return {
    kind: rule.isWhole ? kind : 'doubt',
    choices: (values ?? []).map((value) => JSON.stringify(value)),
    min,
    max,
    freeLength: min <= 0 ? digitsWithin(max) : 0,
    freeLengthBelowZero: max >= 0 ? digitsWithin(-min) + 1 : 0,
  };
}

function digitsWithin(limit: number): number {
  return Math.min(EXACT_DIGITS, Math.floor(Math.log10(Math.max(1, limit))));
}

/** Looks for values of fields. */
export interface FieldScanner {
  /** So many bytes behind a position within the span are read, whatever is there. */
  readonly reach: number;
  /** The position behind the value of field `index` at `at`, which is within the span, or DOUBT unless it certainly is one. It may be beyond the end. */
  endOf(index: number, span: Span, at: number): number;
}

/** The scanner of these fields. One function for all kinds, because calling one of many through a table is slow. */
export function fieldScannerOf(rules: readonly FieldRule[]): FieldScanner {
  const fields = rules.map(limitsOf).map((limits): Values => ({ ...limits, choices: textsOf(limits.choices) }));
  const reach = Math.max(MARGIN, ...fields.map(({ choices }) => choices.reach));
  const endOf: FieldScanner['endOf'] = (index, span, at) => {
    const { text, end } = span;
    const field = fields[index];
    switch (field?.kind) {
      case 'text':
        return text.getUint8(at) === QUOTE ? stringEnd(text, at, end) : DOUBT;
      case 'choice':
        return choiceEnd(field.choices, text, at);
      case 'integer':
      case 'number':
        return numberEnd(field, span, at);
      case 'boolean':
        return booleanEnd(text, at);
      case 'doubt':
      case undefined:
        return DOUBT;
    }
  };
  return { reach, endOf };
}

function choiceEnd(choices: Texts, text: DataView, at: number): number {
  let next = DOUBT;
  for (let index = 0; index < choices.count && next === DOUBT; index += 1) next = choices.endOf(index, text, at);
  return next;
}

/** Scans a number that is certainly within the field's bounds and no negative zero. */
function numberEnd(field: Values, { text, end: stop }: Span, at: number): number {
  const isInteger = field.kind === 'integer';
  const end = isInteger ? integerEnd(text, at, stop) : decimalEnd(text, at, stop);
  if (end === DOUBT) return DOUBT;
  const length = end - at;
  const isNegative = text.getUint8(at) === MINUS;
  if (isNegative ? length <= field.freeLengthBelowZero && text.getUint8(at + 1) !== ZERO : length <= field.freeLength) return end;
  if (length - Number(isNegative) > (isInteger ? EXACT_DIGITS : DECIMAL_LENGTH)) return DOUBT;
  const value = decimalValue(text, at, end);
  if (isNegative && value === 0) return DOUBT;
  const slack = length > EXACT_DIGITS ? Math.abs(value) * SLACK : 0;
  return value - slack >= field.min && value + slack <= field.max ? end : DOUBT;
}
