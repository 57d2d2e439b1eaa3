import type { Column, ColumnType, Table } from '../../core/columns.ts';
import { SoundFlowError } from '../../core/errors.ts';

/** DuckDB's type of each column type. */
export const SQL_TYPE: Readonly<Record<ColumnType, string>> = {
  int64: 'BIGINT',
  float64: 'DOUBLE',
  string: 'VARCHAR',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMP WITH TIME ZONE',
  bytes: 'BLOB',
};

const QUALIFIED = /^([A-Za-z_]\w*)\.([A-Za-z_]\w*)$/;

/** A name as SQL, whatever it holds. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as SQL. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** `"schema"."name"` of a table. */
export function qualified({ schema, name }: Pick<Table, 'schema' | 'name'>): string {
  return `${identifier(schema)}.${identifier(name)}`;
}

/** Column names as SQL, separated by commas. */
export function columnList(columns: readonly Column[]): string {
  return columns.map(({ name }) => identifier(name)).join(', ');
}

/** A table by its `schema.name`. @throws BAD_REQUEST for any other text, so that the name is safe as a file's name too. */
export function parseTableName(text: string): Pick<Table, 'schema' | 'name'> {
  const [, schema, name] = QUALIFIED.exec(text) ?? [];
  if (schema !== undefined && name !== undefined) return { schema, name };
  throw new SoundFlowError(
    'BAD_REQUEST',
    `warehouse: ${JSON.stringify(text)} is not a table's name. Write schema.name, for example marts.mart_top_songs.`,
  );
}
