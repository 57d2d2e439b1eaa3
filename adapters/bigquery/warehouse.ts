import type { Table } from '../../core/columns.ts';
import type { Warehouse } from '../../core/ports/warehouse.ts';
import { openApi, type Api, type BigQueryPlace } from './client.ts';
import { POLLING, type Polling } from './jobs.ts';
import { readLoads } from './loads-book.ts';
import { runStatement, type QueryLimits } from './queries.ts';
import { FILES_PER_JOB, replaceHour } from './replace-partition.ts';
import { parseTableName, quoted } from './sql.ts';
import { ensureTable, requireTable, type TableSettings } from './tables.ts';

/** Which BigQuery, the bucket of the lake it loads from, and bounds of time and cost. */
export interface BigQuerySettings extends BigQueryPlace, QueryLimits, TableSettings {
  readonly bucket: string;
  readonly polling?: Polling;
  readonly filesPerJob?: number;
}

/** A warehouse in BigQuery, which loads from a bucket. Requests are not repeated here: a step that failed is asked again, and finds its jobs. */
export function createBigQueryWarehouse(settings: BigQuerySettings): Warehouse {
  const { bucket, polling = POLLING, filesPerJob = FILES_PER_JOB } = settings;
  const limits = { maximumBytesBilled: settings.maximumBytesBilled };
  const api = openApi(settings);
  return {
    ensure: (table: Table) => ensureTable(api, table, settings),
    replacePartition: (load, signal) => replaceHour({ api, limits, polling, signal }, load, { bucket, filesPerJob }),
    loads: (table) => readLoads(api, limits, table),
    query: async (sql) => (await runStatement(api, limits, { sql, labels: { step: 'query' } })).rows,
    publish: async (tables) => {
      const counts = new Map<string, number>();
      for (const table of tables) counts.set(table, await countRows(api, limits, table));
      return Object.fromEntries(counts);
    },
  };
}

/** Rows of a table as BigQuery keeps them, which costs nothing; of a view, as it counts them. @throws NOT_FOUND */
async function countRows(api: Api, limits: QueryLimits, table: string): Promise<number> {
  const name = parseTableName(table);
  const { rows } = await requireTable(api, name);
  if (rows !== null) return rows;
  const sql = `select count(*) as held from ${quoted(name)}`;
  const answer = await runStatement(api, limits, { sql, labels: { step: 'publish', asset: name.name } });
  return Number(answer.rows[0]?.held);
}
