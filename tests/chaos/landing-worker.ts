import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { NativeConnection, Worker } from '@temporalio/worker';
import { createActivities } from '../../activities/activities.ts';
import type { Deps } from '../../activities/deps.ts';
import { createArrowEncoder } from '../../adapters/arrow/encoder.ts';
import { createMemoryWarehouse } from '../../adapters/memory/warehouse.ts';
import { topic } from '../../assets/define.ts';
import { ListenEvent } from '../../assets/topics/listen_events.ts';
import { queueOf } from '../../core/queues.ts';
import { openCatalog, openEventLog } from '../../workers/compose.ts';
import { createFileStore } from '../../adapters/files/object-store.ts';
import { createDeltaCommitLog } from '../../adapters/delta/commit-log.ts';
import { activityErrors } from '../../workers/activity-errors.ts';
import { repositoryOf } from '../../workers/repository.ts';
import { readConfig } from '../../temporal.config.ts';
import { CRASHES, crashingDeps } from './faults.ts';

const Orders = z.object({
  bundle: z.string(),
  topics: z.array(z.string()),
  crash: z.enum(CRASHES).nullable(),
  clockShiftMs: z.int(),
});

/** A worker process that only lands, for tests that kill it: its orders come as JSON in the first argument. */
async function main(orders: z.output<typeof Orders>): Promise<void> {
  const config = readConfig(process.env);
  const repository = repositoryOf(
    orders.topics.map((key) => topic({ key, description: 'Events of a test.', event: ListenEvent })),
  );
  const objects = createFileStore(config.folders.lake);
  const healthy: Deps = {
    ...repository,
    objects,
    commits: createDeltaCommitLog(objects),
    eventLog: openEventLog(config),
    catalog: await openCatalog(config),
    encoder: createArrowEncoder(new Map([...repository.topics].map(([key, { contract }]) => [key, contract]))),
    warehouse: createMemoryWarehouse(),
    transformer: { build: () => Promise.resolve({ models: [], tests: [] }), models: () => Promise.resolve([]) },
    landing: config.landing,
    freshness: config.freshness,
    now: () => Date.now(),
  };
  const deps = orders.crash === null ? healthy : { ...healthy, ...crashingDeps(healthy, orders.crash) };
  const { main: cheap, land } = createActivities(deps);
  const shifted: typeof cheap = {
    ...cheap,
    planBatch: (input) => cheap.planBatch({ ...input, now: input.now + orders.clockShiftMs }),
  };
  const connection = await NativeConnection.connect(config.temporal.connection);
  const shared = {
    connection,
    namespace: config.temporal.namespace,
    interceptors: { activity: [() => ({ inbound: activityErrors })] },
  };
  const workflowBundle = { code: readFileSync(orders.bundle, 'utf8') };
  const { taskQueue } = config.temporal;
  const workers = await Promise.all([
    Worker.create({ ...shared, taskQueue, workflowBundle, activities: shifted }),
    Worker.create({ ...shared, taskQueue: queueOf(taskQueue, 'land'), activities: land }),
  ]);
  process.stdout.write('running\n');
  await Promise.all(workers.map((worker) => worker.run()));
}

await main(Orders.parse(JSON.parse(process.argv[2] ?? '{}')));
