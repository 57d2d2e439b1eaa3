import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { WarehouseBench } from '../contract/warehouse.ts';
import { withMemory } from './database.ts';
import { createLakeFolder, type LakeFiles } from './lake-files.ts';
import { literal } from './sql.ts';
import type { DuckDbPlaces } from './warehouse.ts';
import { createDuckDbWarehouse } from './warehouse.ts';

/** An empty DuckDB warehouse for a test, in a folder of its own. */
export interface DuckDbBench extends WarehouseBench, DuckDbPlaces {
  readonly lakeDir: string;
  /** Writes the rows of a query as a Parquet file of the lake. */
  readonly write: (path: string, sql: string) => Promise<void>;
}

const homes: string[] = [];

/** Opens a bench; `removeBenches` takes all of them away again. `lakeOf` says how loads reach the lake's folder. */
export async function openBench(lakeOf: (lakeDir: string) => LakeFiles = createLakeFolder): Promise<DuckDbBench> {
  const home = await mkdtemp(join(tmpdir(), 'soundflow-duckdb-'));
  homes.push(home);
  const lakeDir = join(home, 'lake');
  const places = {
    file: join(home, 'warehouse', 'soundflow.duckdb'),
    lake: lakeOf(lakeDir),
    publishDir: join(home, 'published'),
  };

  async function write(path: string, sql: string): Promise<void> {
    const file = join(lakeDir, path);
    await mkdir(dirname(file), { recursive: true });
    await withMemory((connection) => connection.run(`copy (${sql}) to ${literal(file)} (format parquet)`));
  }

  async function land(path: string, offsets: readonly number[]): Promise<{ path: string; rows: number }> {
    await write(path, playsOf(offsets));
    return { path, rows: offsets.length };
  }

  return { ...places, lakeDir, warehouse: createDuckDbWarehouse(places), write, land };
}

/** Removes the folders of all benches. */
export async function removeBenches(): Promise<void> {
  await Promise.all(homes.splice(0).map((home) => rm(home, { recursive: true, force: true })));
}

/** Rows of the contract's table with these offsets, landed at 10:00 on 20 November 2026. */
export function playsOf(offsets: readonly number[]): string {
  return `
    select 'song ' || o as song, 100 + o as "userId", o / 2 as duration, o % 2 = 0 as paid, 0::bigint as _epoch, 0::bigint as _kafka_partition,
      o as _offset, timestamptz '2026-11-20 09:59:00+00' as _kafka_time, timestamptz '2026-11-20 10:00:00+00' as _landed_hour
    from (select unnest([${offsets.join(', ')}]::bigint[]) as o)`;
}
