import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createDeltaCommitLog } from '../adapters/delta/commit-log.ts';
import { createDuckDbLandedFiles } from '../adapters/duckdb/landed-files.ts';
import { createKafkaEventLog } from '../adapters/kafka/event-log.ts';
import { createSqliteCatalog } from '../adapters/sqlite/catalog.ts';
import type { Deps } from '../activities/deps.ts';
import type { Encoder } from '../core/ports/encoder.ts';
import type { Config } from '../temporal.config.ts';
import { loadAssets } from './load-assets.ts';
import { openLakeFiles, openObjects } from './open-objects.ts';
import { openTransformer, openWarehouse } from './open-warehouse.ts';
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
  const objects = await openObjects(config);
  const eventLog = openEventLog(config);
  const catalog = await openCatalog(config);
  const deps: Deps = {
    ...repository,
    objects,
    eventLog,
    catalog,
    encoder,
    files: createDuckDbLandedFiles({ scratchDir: config.encoder.scratch }),
    commits: createDeltaCommitLog(objects),
    warehouse: await openWarehouse(config, openLakeFiles(config, objects)),
    transformer: openTransformer(config),
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
