import { SoundFlowError } from '../../core/errors.ts';
import type { PartitionLoad, Row, Warehouse } from '../../core/ports/warehouse.ts';

/** What a test's warehouse answers: rows by the text of a query, row counts by published table. */
export interface MemoryAnswers {
  readonly queries?: ReadonlyMap<string, readonly Row[]>;
  readonly published?: ReadonlyMap<string, number>;
}

/** A warehouse that reads no file: it believes the rows it is told, and keeps the last load of each table and hour. */
export interface MemoryWarehouse extends Warehouse {
  /** The load that an hour of a table (`schema.name`) holds. */
  loadOf(table: string, hour: string): PartitionLoad | undefined;
}

/** A warehouse without tables; its offset sums are always 0. */
export function createMemoryWarehouse({ queries = new Map(), published = new Map() }: MemoryAnswers = {}): MemoryWarehouse {
  const loads = new Map<string, Map<string, PartitionLoad>>();
  return {
    ensure(table) {
      const name = `${table.schema}.${table.name}`;
      if (!loads.has(name)) loads.set(name, new Map());
      return Promise.resolve();
    },
    async replacePartition(load) {
      const name = `${load.table.schema}.${load.table.name}`;
      const hours = known(loads, name);
      const position = hours.get(load.hour)?.position ?? -1;
      if (position > load.position) {
        throw new SoundFlowError(
          'BAD_REQUEST',
          `${name} ${load.hour}: loaded from position ${String(position)} already, which is newer.`,
        );
      }
      hours.set(load.hour, load);
      return Promise.resolve({ rows: rowsOf(load.files), offsetSum: '0' });
    },
    loads: ({ schema, name }) => {
      const hours = [...(loads.get(`${schema}.${name}`)?.values() ?? [])];
      return Promise.resolve(hours.map(({ hour, position, files }) => ({ hour, position, rows: rowsOf(files) })));
    },
    query: async (sql) => Promise.resolve(known(queries, sql)),
    publish: async (tables) => Promise.resolve(Object.fromEntries(tables.map((table) => [table, known(published, table)]))),
    loadOf: (table, hour) => loads.get(table)?.get(hour),
  };
}

function rowsOf(files: PartitionLoad['files']): number {
  return files.reduce((sum, { rows }) => sum + rows, 0);
}

function known<T>(map: ReadonlyMap<string, T>, name: string): T {
  const value = map.get(name);
  if (value !== undefined) return value;
  throw new SoundFlowError('NOT_FOUND', `warehouse in memory: ${name} does not exist.`);
}
