import type { FieldRule } from '../../core/assets.ts';

/** Digits that a double holds exactly. */
const EXACT_DIGITS = 15;

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
