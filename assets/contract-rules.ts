import { z } from 'zod';
import type { FieldRule, RecordRules } from '../core/assets.ts';

/** What is asked of a field alone, whatever its name. */
type ValueRule = Omit<FieldRule, 'name' | 'required'>;

const ANY: ValueRule = { kind: 'text', values: null, min: -Infinity, max: Infinity, isWhole: true };

/**
 * The rules of one zod object as far as they can be told; a field with a check that is not understood here is marked as not
 * whole. Null when the object as a whole asks for more than its fields do.
 */
export function rulesOf(event: z.ZodObject, keepUnknown: boolean): RecordRules | null {
  const { checks = [], catchall } = event.def;
  if (checks.length > 0) return null;
  const fields: Readonly<Record<string, z.core.$ZodType>> = event.shape;
  return {
    fields: Object.entries(fields).map(([name, field]) => ruleOf(name, field)),
    allowsUnknown: catchall === undefined && !keepUnknown,
  };
}

/** True for a number that is an integer by its format. */
export function isInteger(field: z.core.$ZodType): boolean {
  return field instanceof z.ZodNumberFormat && field.format?.startsWith('float') === false;
}

function ruleOf(name: string, field: z.core.$ZodType): FieldRule {
  const required = !(field instanceof z.ZodOptional);
  const inner = field instanceof z.ZodOptional ? field.unwrap() : field;
  const isWhole = required || (field.def.checks ?? []).length === 0;
  const rule = valueRuleOf(inner);
  return { ...rule, name, required, isWhole: isWhole && rule.isWhole };
}

function valueRuleOf(field: z.core.$ZodType): ValueRule {
  if (field instanceof z.ZodNumber) return numberRule(field, isInteger(field) ? 'integer' : 'number');
  if (field instanceof z.ZodBoolean) return { ...ANY, kind: 'boolean', isWhole: isUnchecked(field.def) };
  if (field instanceof z.ZodEnum) return { ...ANY, ...enumRule(field) };
  if (field instanceof z.ZodString) return { ...ANY, isWhole: isUnchecked(field.def) && field.format === null };
  return { ...ANY, isWhole: false };
}

interface PrimitiveDef {
  readonly checks?: readonly z.core.$ZodCheck[] | undefined;
  readonly coerce?: boolean | undefined;
}

function isUnchecked({ checks = [], coerce = false }: PrimitiveDef): boolean {
  return checks.length === 0 && !coerce;
}

function enumRule({ def }: z.ZodEnum): Pick<ValueRule, 'values' | 'isWhole'> {
  const values = Object.values(def.entries).filter((value) => typeof value === 'string');
  return { values, isWhole: values.length === Object.values(def.entries).length && (def.checks ?? []).length === 0 };
}

const FORMAT_BOUNDS: Readonly<Record<string, readonly [min: number, max: number]>> = {
  safeint: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
};

function numberRule({ def, format }: z.ZodNumber, kind: 'integer' | 'number'): ValueRule {
  const bounds = format === null ? [-Infinity, Infinity] : FORMAT_BOUNDS[format];
  if (bounds === undefined || def.coerce === true) return { ...ANY, kind, isWhole: false };
  const [min = -Infinity, max = Infinity] = bounds;
  return (def.checks ?? []).reduce<ValueRule>(narrowed, { ...ANY, kind, min, max });
}

const Bound = z.object({ check: z.enum(['greater_than', 'less_than']), value: z.number(), inclusive: z.boolean() });

function narrowed(rule: ValueRule, check: { readonly _zod: { readonly def: unknown } }): ValueRule {
  const bound = Bound.safeParse(check._zod.def);
  if (!bound.success) return { ...rule, isWhole: false };
  const { value, inclusive } = bound.data;
  if (!inclusive && rule.kind !== 'integer') return { ...rule, isWhole: false };
  if (bound.data.check === 'greater_than') return { ...rule, min: Math.max(rule.min, inclusive ? value : Math.floor(value) + 1) };
  return { ...rule, max: Math.min(rule.max, inclusive ? value : Math.ceil(value) - 1) };
}
