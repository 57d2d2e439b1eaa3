import { z } from 'zod';
import type { Contract, Decoded } from '../core/assets.ts';
import type { Column, ColumnType } from '../core/columns.ts';
import { SoundFlowError } from '../core/errors.ts';

/** The last millisecond of year 9999: what every store of ours can hold as an instant. */
const LAST_INSTANT_MS = 253_402_300_799_999;

/** An instant in epoch milliseconds; becomes a UTC timestamp column. */
export const instant = z.int().min(0).max(LAST_INSTANT_MS).meta({ column: 'timestamp' });

/** Makes the contract of one zod object: columns in field order, and a decoder of UTF-8 JSON records. */
export function contractOf(event: z.ZodObject): Contract {
  const fields: Readonly<Record<string, z.core.$ZodType>> = event.shape;
  const columns = Object.entries(fields).map(([name, field]) => columnOf(name, field));
  return { columns, decode: (value) => decode(event, value) };
}

function columnOf(name: string, field: z.core.$ZodType): Column {
  const required = !(field instanceof z.ZodOptional);
  const inner = field instanceof z.ZodOptional ? field.unwrap() : field;
  const description = z.globalRegistry.get(field)?.description ?? z.globalRegistry.get(inner)?.description;
  if (description === undefined) throw new SoundFlowError('BAD_ASSET', `field ${name}: has no description. Add .describe('…').`);
  return { name, type: columnTypeOf(name, inner), required, description };
}

function columnTypeOf(name: string, field: z.core.$ZodType): ColumnType {
  if (z.globalRegistry.get(field)?.column === 'timestamp') return 'timestamp';
  if (field instanceof z.ZodNumberFormat) return 'int64';
  if (field instanceof z.ZodNumber) return 'float64';
  if (field instanceof z.ZodString || field instanceof z.ZodEnum) return 'string';
  if (field instanceof z.ZodBoolean) return 'boolean';
  throw new SoundFlowError(
    'BAD_ASSET',
    `field ${name}: no column type for it. Use int, number, string, enum, boolean or instant.`,
  );
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decode(event: z.ZodObject, value: Uint8Array | null): Decoded {
  if (value === null) return { ok: false, path: '', reason: 'the record has no value (a tombstone)' };
  if (value.length === 0) return { ok: false, path: '', reason: 'the record is empty' };
  let json: unknown;
  try {
    json = JSON.parse(utf8.decode(value));
  } catch (cause) {
    return { ok: false, path: '', reason: cause instanceof SyntaxError ? 'not JSON' : 'not UTF-8' };
  }
  const parsed = event.safeParse(json);
  if (parsed.success) return { ok: true, row: parsed.data };
  const issue = parsed.error.issues[0];
  return { ok: false, path: issue?.path.join('.') ?? '', reason: issue?.message ?? 'does not fit the contract' };
}
