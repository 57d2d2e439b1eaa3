import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { testBigQuery } from '../contract/engines.ts';
import type { WarehouseBench } from '../contract/warehouse.ts';
import { playsOf } from '../duckdb/bench.ts';
import { withMemory } from '../duckdb/database.ts';
import { literal } from '../duckdb/sql.ts';
import { startTestService, type Fault, type Seen, type TestService } from './test-service.ts';
import { createBigQueryWarehouse, type BigQuerySettings } from './warehouse.ts';

/** An empty BigQuery of its own (a project and a bucket of the emulator), as a test sees it. */
export interface BigQueryBench extends WarehouseBench {
  readonly settings: BigQuerySettings;
  /** Address for others who speak to BigQuery, such as dbt. */
  readonly endpoint: string;
  /** All requests that came, in order. */
  readonly seen: readonly Seen[];
  /** The file that an object of the bucket is. */
  readonly fileOf: (path: string) => string;
  /** Writes the rows of a DuckDB query as a Parquet object of the bucket. */
  readonly write: (path: string, sql: string) => Promise<void>;
}

/** What a test may want otherwise. */
export interface BenchOptions {
  readonly faultOf?: (seen: Seen) => Fault | null;
  readonly settings?: Partial<BigQuerySettings>;
}

const services: TestService[] = [];

/** Every request that any bench of this test file saw. */
export function requestsOfAll(): readonly Seen[] {
  return services.flatMap(({ seen }) => seen);
}

/** Opens a bench; `closeBenches` takes all of them away again. */
export async function openBench(options: BenchOptions = {}): Promise<BigQueryBench> {
  const { endpoint: upstream, root } = testBigQuery();
  const service = await startTestService({
    upstream,
    root,
    ...(options.faultOf === undefined ? {} : { faultOf: options.faultOf }),
  });
  services.push(service);
  const name = `test-${randomUUID()}`;
  const settings: BigQuerySettings = {
    project: name,
    location: 'US',
    endpoint: service.endpoint,
    credentials: 'none',
    keyFile: null,
    bucket: name,
    partitionExpirationMs: null,
    maximumBytesBilled: 1_000_000_000,
    polling: { firstMs: 1, longestMs: 10 },
    ...options.settings,
  };
  const fileOf = (path: string) => join(root, settings.bucket, path);
  const write = async (path: string, sql: string) => {
    await mkdir(dirname(fileOf(path)), { recursive: true });
    await withMemory((connection) => connection.run(`copy (${sql}) to ${literal(fileOf(path))} (format parquet)`));
  };
  const land = async (path: string, offsets: readonly number[]) => {
    await write(path, playsOf(offsets));
    return { path, rows: offsets.length };
  };
  const { endpoint, seen } = service;
  return { warehouse: createBigQueryWarehouse(settings), settings, endpoint, seen, fileOf, write, land };
}

/** Closes what benches opened. */
export async function closeBenches(): Promise<void> {
  await Promise.all(services.splice(0).map((service) => service.close()));
}
