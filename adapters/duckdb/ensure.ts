import type { DuckDBConnection } from '@duckdb/node-api';
import type { Table } from '../../core/columns.ts';
import { SoundFlowError } from '../../core/errors.ts';
import { identifier, literal, qualified, SQL_TYPE } from './sql.ts';

/** The book of loads beside the tables of a schema: which position each table's hour was last loaded from. */
export function loadsTable(schema: string): string {
  return qualified({ schema, name: '_loads' });
}

/** Creates schema, table and book of loads where missing, and adds the columns the table lacks; all of them may hold nulls. */
export async function ensureTable(connection: DuckDBConnection, table: Table): Promise<void> {
  const columns = table.columns.map((column) => `${identifier(column.name)} ${SQL_TYPE[column.type]}`);
  await connection.run(`
    create schema if not exists ${identifier(table.schema)};
    create table if not exists ${qualified(table)} (${columns.join(', ')});
    create table if not exists ${loadsTable(table.schema)} (
      table_name VARCHAR, hour TIMESTAMPTZ, position BIGINT, rows BIGINT, offset_sum HUGEINT, loaded_at TIMESTAMPTZ,
      primary key (table_name, hour)
    )`);
  const known = await typesByColumn(connection, table);
  for (const { name, type } of table.columns) {
    const present = known.get(name);
    if (present === undefined)
      await connection.run(`alter table ${qualified(table)} add column ${identifier(name)} ${SQL_TYPE[type]}`);
    else requireType(table, { name, present, wanted: SQL_TYPE[type] });
  }
}

async function typesByColumn(connection: DuckDBConnection, table: Table): Promise<ReadonlyMap<string, string>> {
  const reader = await connection.runAndReadAll(`
    select column_name, data_type from duckdb_columns()
    where database_name = current_database() and schema_name = ${literal(table.schema)} and table_name = ${literal(table.name)}`);
  return new Map(reader.getRows().map(([name = '', type = '']) => [String(name), String(type)]));
}

function requireType(table: Table, column: { readonly name: string; readonly present: string; readonly wanted: string }): void {
  const { name, present, wanted } = column;
  if (present === wanted) return;
  throw new SoundFlowError(
    'BAD_ASSET',
    `${table.schema}.${table.name}: its column ${name} is ${present} in the warehouse and ${wanted} in its contract. ` +
      'Give the new type a new name, or drop the table: the lake has every row, and all hours are loaded again.',
  );
}
