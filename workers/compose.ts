import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createDbtTransformer } from '../adapters/dbt/transformer.ts';
import { createDeltaCommitLog } from '../adapters/delta/commit-log.ts';
import { createDuckDbLandedFiles } from '../adapters/duckdb/landed-files.ts';
import { createMartReader } from '../adapters/duckdb/marts.ts';
import { createDuckDbWarehouse } from '../adapters/duckdb/warehouse.ts';
import { createKafkaEventLog } from '../adapters/kafka/event-log.ts';
import { createSqliteCatalog } from '../adapters/sqlite/catalog.ts';
import type { Deps } from '../activities/deps.ts';
import { SoundFlowError } from '../core/errors.ts';
import type { Encoder } from '../core/ports/encoder.ts';
import type { Config } from '../temporal.config.ts';
import { loadAssets } from './load-assets.ts';
import { openLakeFiles, openObjects } from './open-objects.ts';
import { repositoryOf, type Repository } from './repository.ts';

/** The assets of the code that this configuration runs. */
export async function openRepository({ root }: Config): Promise<Repository> {
  return repositoryOf(await loadAssets(join(root, 'assets')));
}

/** The catalogue of this configuration. */
export async function openCatalog({ folders }: Config) {
  await mkdir(folders.catalog, { recursive: true });
  return createSqliteCatalog({ file: join(folders.catalog, 'catalog.db') });
}

/** What others read of the marts. */
export function openMarts({ folders }: Config) {
  return createMartReader(publishDir(folders.warehouse));
}

/** The broker's log of events. */
export function openEventLog({ kafka }: Config) {
  return createKafkaEventLog({ brokers: kafka.brokers, security: kafka.security, clientId: 'soundflow' });
}

/** Everything activities need, on the engines of the configuration; `close` gives it back. */
export async function compose(
  config: Config,
  encoder: Encoder,
): Promise<{ readonly deps: Deps; readonly close: () => Promise<void> }> {
  const { folders } = config;
  const repository = await openRepository(config);
  await Promise.all([folders.warehouse, folders.logs].map((folder) => mkdir(folder, { recursive: true })));
  const objects = openObjects(config);
  const eventLog = openEventLog(config);
  const catalog = await openCatalog(config);
  const file = join(folders.warehouse, 'soundflow.duckdb');
  const deps: Deps = {
    ...repository,
    objects,
    eventLog,
    catalog,
    encoder,
    files: createDuckDbLandedFiles({ scratchDir: config.encoder.scratch }),
    commits: createDeltaCommitLog(objects),
    warehouse: createDuckDbWarehouse({ file, lake: openLakeFiles(config, objects), publishDir: publishDir(folders.warehouse) }),
    transformer: createDbtTransformer({
      python: pythonOf(config),
      projectDir: join(config.root, 'dbt'),
      profilesDir: join(config.root, 'dbt'),
      target: 'local',
      targetRoot: join(folders.warehouse, 'dbt-runs'),
      logDir: join(folders.logs, 'dbt'),
      env: { SOUNDFLOW_WAREHOUSE: file },
    }),
    landing: config.landing,
    freshness: config.freshness,
    now: () => Date.now(),
  };
  const close = async () => {
    await eventLog.close();
    await catalog.close();
  };
  return { deps, close };
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
