import { resolve } from 'node:path';
import type { Warehouse } from '../../core/ports/warehouse.ts';
import { withDatabase } from './database.ts';
import { ensureTable } from './ensure.ts';
import type { LakeFiles } from './lake-files.ts';
import { loadsOf } from './loads.ts';
import { publishTables } from './publish.ts';
import { replaceHour } from './replace-partition.ts';
import { readRows } from './rows.ts';

/** Where the database file is, the lake that loads read from, and the folder that published tables go to. */
export interface DuckDbPlaces {
  readonly file: string;
  readonly lake: LakeFiles;
  readonly publishDir: string;
}

/** A warehouse in one DuckDB file, opened for each call and closed after it, so that dbt and others get their turn. */
export function createDuckDbWarehouse({ file, lake, publishDir }: DuckDbPlaces): Warehouse {
  const published = resolve(publishDir);
  return {
    ensure: (table) => withDatabase({ file, access: 'write' }, (connection) => ensureTable(connection, table)),
    replacePartition: (load) => withDatabase({ file, access: 'write' }, (connection) => replaceHour(connection, load, lake)),
    loads: (table) => loadsOf(file, table),
    query: (sql) => withDatabase({ file, access: 'read' }, (connection) => readRows(connection, sql)),
    publish: (tables) => withDatabase({ file, access: 'write' }, (connection) => publishTables(connection, tables, published)),
  };
}
