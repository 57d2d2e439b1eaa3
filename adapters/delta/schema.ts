import { createHash } from 'node:crypto';
import type { Column, ColumnType } from '../../core/columns.ts';
import { tableColumns } from '../../core/landing/schema.ts';

const TYPES: Readonly<Record<ColumnType, string>> = {
  int64: 'long',
  float64: 'double',
  string: 'string',
  boolean: 'boolean',
  timestamp: 'timestamp',
  bytes: 'binary',
};

/**
 * The `schemaString` of a table of `columns` and lineage. Every column is nullable, also those that never hold null: a
 * column can then become optional later without rewriting the table.
 */
export function schemaString(columns: readonly Column[]): string {
  const fields = tableColumns(columns).map(({ name, type, description }) => ({
    name,
    type: TYPES[type],
    nullable: true,
    metadata: { comment: description },
  }));
  return JSON.stringify({ type: 'struct', fields });
}

/** The table's id: a UUID (version 8) that is always the same for a topic. */
export function tableId(topic: string): string {
  const hex = createHash('sha256').update(`soundflow/${topic}`).digest('hex');
  const variant = (Number.parseInt(hex.charAt(16), 16) % 4) + 8;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant.toString(16)}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
