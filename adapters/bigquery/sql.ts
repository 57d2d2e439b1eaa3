import type { ColumnType, Table } from '../../core/columns.ts';
import { SoundFlowError } from '../../core/errors.ts';
import { startOf, type Hour } from '../../core/hours.ts';

/** BigQuery's type of each column type, as tables.get says it. */
export const FIELD_TYPE: Readonly<Record<ColumnType, string>> = {
  int64: 'INTEGER',
  float64: 'FLOAT',
  string: 'STRING',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMP',
  bytes: 'BYTES',
};

const QUALIFIED = /^([A-Za-z_]\w*)\.([A-Za-z_]\w*)$/;

/** Dataset and name of a table. */
export type TableName = Pick<Table, 'schema' | 'name'>;

/** `schema.name` quoted as SQL. @throws BAD_REQUEST for a name that would need more than that. */
export function quoted({ schema, name }: TableName): string {
  parseTableName(`${schema}.${name}`);
  return `\`${schema}\`.\`${name}\``;
}

/** A table by its `schema.name`. @throws BAD_REQUEST for any other text. */
export function parseTableName(text: string): TableName {
  const [, schema, name] = QUALIFIED.exec(text) ?? [];
  if (schema !== undefined && name !== undefined) return { schema, name };
  throw new SoundFlowError(
    'BAD_REQUEST',
    `warehouse: ${JSON.stringify(text)} is not a table's name. Write schema.name, for example marts.mart_top_songs.`,
  );
}

/** A text as SQL. */
export function literal(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`;
}

/** The beginning of an hour as SQL. */
export function instant(hour: Hour): string {
  return `timestamp '${new Date(startOf(hour)).toISOString().slice(0, 19).replace('T', ' ')}+00'`;
}

/** The name of an hour's partition, `YYYYMMDDHH`. */
export function partitionId(hour: Hour): string {
  return hour.replaceAll(/[-T]/g, '');
}
