import { tailOf, type MartReader } from '../../core/ports/marts.ts';
import type { Warehouse } from '../../core/ports/warehouse.ts';
import { parseTableName, quoted } from './sql.ts';

/** Reads the marts where they are: what dbt built and tested last. */
export function createBigQueryMartReader(warehouse: Pick<Warehouse, 'query' | 'publish'>): MartReader {
  return {
    read: async (table, query = {}) =>
      warehouse.query(`select * from ${quoted(parseTableName(table))}${tailOf(query, (column) => `\`${column}\``)}`),
    count: async (table) => (await warehouse.publish([table]))[table] ?? 0,
    tables: async () => {
      const rows = await warehouse.query('select table_name from `marts`.INFORMATION_SCHEMA.TABLES order by table_name');
      return rows.map(({ table_name: name }) => `marts.${String(name)}`);
    },
  };
}
