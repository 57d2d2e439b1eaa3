import { join } from 'node:path';
import type { Estimate } from '../adapters/bigquery/estimate.ts';
import { createDbtTransformer } from '../adapters/dbt/transformer.ts';
import type { LakeFiles } from '../adapters/duckdb/lake-files.ts';
import { createMartReader } from '../adapters/duckdb/marts.ts';
import { createDuckDbWarehouse } from '../adapters/duckdb/warehouse.ts';
import { SoundFlowError } from '../core/errors.ts';
import type { MartReader } from '../core/ports/marts.ts';
import type { Transformer } from '../core/ports/transformer.ts';
import type { Warehouse } from '../core/ports/warehouse.ts';
import type { Config } from '../temporal.config.ts';

/** The tables that BI reads: BigQuery, which loads from the bucket itself, or a DuckDB file, to which `lake` brings the files. */
export async function openWarehouse(config: Config, lake: LakeFiles): Promise<Warehouse> {
  if (config.profile === 'gcp') return (await import('./open-google.ts')).openBigQuery(config);
  const { folders } = config;
  return createDuckDbWarehouse({ file: fileOf(config), lake, publishDir: publishDir(folders.warehouse) });
}

/** What others read of the marts. */
export async function openMarts(config: Config): Promise<MartReader> {
  if (config.profile === 'gcp') return (await import('./open-google.ts')).openBigQueryMarts(config);
  return createMartReader(publishDir(config.folders.warehouse));
}

/** dbt on the warehouse of the configuration. @throws SoundFlowError BAD_SETTING where there is no Python that has it. */
export function openTransformer(config: Config): Transformer {
  const { folders, google } = config;
  const { location, maximumBytesBilled } = google.bigQuery;
  const onGoogle = {
    GCP_PROJECT: google.project,
    BQ_LOCATION: location,
    BQ_MAXIMUM_BYTES_BILLED: String(maximumBytesBilled),
    ...(google.keyFile === null ? {} : { GOOGLE_APPLICATION_CREDENTIALS: google.keyFile }),
  };
  return createDbtTransformer({
    python: pythonOf(config),
    projectDir: join(config.root, 'dbt'),
    profilesDir: join(config.root, 'dbt'),
    target: config.profile === 'gcp' ? 'gcp' : 'local',
    targetRoot: join(folders.warehouse, 'dbt-runs'),
    logDir: join(folders.logs, 'dbt'),
    env: config.profile === 'gcp' ? onGoogle : { SOUNDFLOW_WAREHOUSE: fileOf(config) },
  });
}

/** What a query would read and cost before it is run; null where reading costs nothing. */
export function openEstimate(config: Config): ((sql: string) => Promise<Estimate>) | null {
  if (config.profile !== 'gcp') return null;
  return async (sql) => (await import('./open-google.ts')).estimateOnBigQuery(config, sql);
}

function fileOf({ folders }: Config): string {
  return join(folders.warehouse, 'soundflow.duckdb');
}

function publishDir(warehouse: string): string {
  return join(warehouse, 'published');
}

function pythonOf({ dbt }: Config): string {
  if (dbt.python !== null) return dbt.python;
  throw new SoundFlowError(
    'BAD_SETTING',
    'SOUNDFLOW_DBT_PYTHON: not set. It is the Python that has dbt, for example .soundflow/tools/dbt-1.11.16/bin/python; npm start sets it.',
  );
}
