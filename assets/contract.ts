import { z } from 'zod';
import type { Contract, Decoded } from '../core/assets.ts';
import { LINEAGE, type Column, type ColumnType } from '../core/columns.ts';
import { SoundFlowError } from '../core/errors.ts';
import { LAST_INSTANT_MS } from '../core/instants.ts';
import { isInteger, rulesOf } from './contract-rules.ts';

/** An instant in epoch milliseconds; becomes a UTC timestamp column. */
export const instant = z.int().min(0).max(LAST_INSTANT_MS).meta({ column: 'timestamp' });

/** What a contract does beside checking; `keepUnknown` keeps fields it does not name as JSON text in the column `unknown_fields`. */
export interface ContractOptions {
  readonly keepUnknown?: boolean;
}

const UNKNOWN_FIELDS: Column = {
  name: 'unknown_fields',
  type: 'string',
  required: false,
  description: 'Fields that the contract does not name, as one JSON object; null when there were none.',
};

/** Makes the contract of one zod object: columns in field order, and a decoder of UTF-8 JSON records. @throws BAD_ASSET */
export function contractOf(event: z.ZodObject, { keepUnknown = false }: ContractOptions = {}): Contract {
  const fields: Readonly<Record<string, z.core.$ZodType>> = event.shape;
  const declared = Object.entries(fields).map(([name, field]) => columnOf(name, field));
  const columns = keepUnknown ? [...declared, UNKNOWN_FIELDS] : declared;
  requireDistinct(columns);
  const known = keepUnknown ? new Set(Object.keys(fields)) : null;
  return { columns, rules: rulesOf(event, keepUnknown), decode: (value) => decode(event, value, known) };
}

/** Stores that we write to do not tell names by case. */
function requireDistinct(columns: readonly Column[]): void {
  const taken = new Set(LINEAGE.map(({ name }) => name));
  for (const { name } of columns) {
    const lower = name.toLowerCase();
    if (taken.has(lower)) {
      const message = `field ${name}: another field or column of landing has this name, upper and lower case being the same. Name it otherwise.`;
      throw new SoundFlowError('BAD_ASSET', message);
    }
    taken.add(lower);
  }
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
  if (isInteger(field)) return 'int64';
  if (field instanceof z.ZodNumber) return 'float64';
  if (field instanceof z.ZodString || field instanceof z.ZodStringFormat || field instanceof z.ZodEnum) return 'string';
  if (field instanceof z.ZodBoolean) return 'boolean';
  throw new SoundFlowError(
    'BAD_ASSET',
    `field ${name}: no column type for it. Use int, number, string, enum, boolean or instant.`,
  );
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decode(event: z.ZodObject, value: Uint8Array | null, known: ReadonlySet<string> | null): Decoded {
  if (value === null) return { ok: false, path: '', reason: 'the record has no value (a tombstone)' };
  if (value.length === 0) return { ok: false, path: '', reason: 'the record is empty' };
  let json: unknown;
  try {
    json = JSON.parse(utf8.decode(value));
  } catch (cause) {
    return { ok: false, path: '', reason: cause instanceof SyntaxError ? 'not JSON' : 'not UTF-8' };
  }
  const parsed = event.safeParse(json);
  if (parsed.success) return { ok: true, row: known === null ? parsed.data : { ...parsed.data, ...unknownOf(json, known) } };
  const issue = parsed.error.issues[0];
  return { ok: false, path: issue?.path.join('.') ?? '', reason: issue?.message ?? 'does not fit the contract' };
}

function unknownOf(json: unknown, known: ReadonlySet<string>): Readonly<Record<string, string>> {
  const unknown = Object.entries(json ?? {}).filter(([name]) => !known.has(name));
  return unknown.length === 0 ? {} : { [UNKNOWN_FIELDS.name]: JSON.stringify(Object.fromEntries(unknown)) };
}
