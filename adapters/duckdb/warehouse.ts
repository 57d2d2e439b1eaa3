import { resolve } from 'node:path';
import type { Warehouse } from '../../core/ports/warehouse.ts';
import { withDatabase } from './database.ts';
import { ensureTable } from './ensure.ts';
import { publishTables } from './publish.ts';
import { replaceHour } from './replace-partition.ts';
import { readRows } from './rows.ts';

/** Where the database file is, the lake that loads read from, and the folder that published tables go to. */
export interface DuckDbPlaces {
  readonly file: string;
  readonly lakeDir: string;
  readonly publishDir: string;
}

/** A warehouse in one DuckDB file, opened for each call and closed after it, so that dbt and others get their turn. */
export function createDuckDbWarehouse({ file, lakeDir, publishDir }: DuckDbPlaces): Warehouse {
  const places = { lake: resolve(lakeDir), publish: resolve(publishDir) };
  return {
    ensure: (table) => withDatabase({ file, access: 'write' }, (connection) => ensureTable(connection, table)),
    replacePartition: (load) =>
      withDatabase({ file, access: 'write' }, (connection) => replaceHour(connection, load, places.lake)),
    query: (sql) => withDatabase({ file, access: 'read' }, (connection) => readRows(connection, sql)),
    publish: (tables) =>
      withDatabase({ file, access: 'write' }, (connection) => publishTables(connection, tables, places.publish)),
  };
}
