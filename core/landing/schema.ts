import { LINEAGE, type Column } from '../columns.ts';
import { fnv1a64 } from '../fingerprint.ts';

/** Columns of the table of a topic: those of its contract, then the columns of LINEAGE that are not among them. */
export function tableColumns(columns: readonly Column[]): readonly Column[] {
  const names = new Set(columns.map(({ name }) => name));
  return [...columns, ...LINEAGE.filter(({ name }) => !names.has(name))];
}

/** What tells one schema of a table from the next: 16 hex digits of the names and types of its columns, in order. */
export function schemaFingerprint(columns: readonly Column[]): string {
  return fnv1a64(JSON.stringify(tableColumns(columns).map(({ name, type }) => [name, type])));
}
