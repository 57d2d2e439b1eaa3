import { ensureTopics } from '../adapters/kafka/topics.ts';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { createActivities } from '../activities/activities.ts';
import { lastWordsOf } from '../core/errors.ts';
import { readConfig, type Config } from '../temporal.config.ts';
import { ensureAlwaysThere } from './always-there.ts';
import { compose } from './compose.ts';
import { connectClient, connectWorkers } from './connect.ts';
import { runOnceWhenLanded } from './first-run.ts';
import { reportHealth } from './health.ts';
import { ensureNamespace } from './namespace.ts';
import { openEncoder } from './open-encoder.ts';
import { bundleWorkflows, createWorkers } from './run-workers.ts';
import { ensureSchedule } from './schedule.ts';
import { watchHistories } from './watch-histories.ts';

/** How often it is looked at whether the server still remembers everything. */
const LOOK_EVERY_MS = 10_000;

/** A worker process: everything the configuration's queues need, until it is told to stop. */
async function main(config: Config): Promise<void> {
  Runtime.install({ logger: new DefaultLogger('WARN') });
  const encoder = await openEncoder(config);
  const { deps, close } = await compose(config, encoder);
  const topics = [...deps.topics.keys()];
  const { brokers, security, partitions, retentionMs } = config.kafka;
  await ensureTopics({ brokers, security, topics: topics.map((name) => ({ name, partitions })), retentionMs });
  const { namespace, taskQueue } = config.temporal;
  const { client, connection: clientConnection, close: closeClient } = await connectClient(config);
  await ensureNamespace({ connection: clientConnection, namespace });
  const connection = await connectWorkers(config);
  const workflowBundle = await bundleWorkflows(config.root);
  const workers = await createWorkers({
    connection,
    namespace,
    taskQueue,
    workflowBundle,
    activities: createActivities(deps),
    root: config.root,
  });
  const stopping = new AbortController();
  const running = Promise.all(workers.map((worker) => worker.run())).finally(() => {
    stopping.abort();
  });
  void reportHealth({ client, workers, file: config.healthFile, signal: stopping.signal });
  await ensureSchedule(client, taskQueue);
  const workflowIds = await ensureAlwaysThere(client, taskQueue, topics);
  const firstRun = runOnceWhenLanded(client, {
    catalog: deps.catalog,
    topics,
    staging: [...deps.staging.keys()],
    signal: stopping.signal,
  });
  firstRun.catch((failure: unknown) => {
    process.stderr.write(`the first run could not be started; the schedule will do it: ${String(failure)}\n`);
  });
  const watching = watchHistories({ client, workflowIds, everyMs: LOOK_EVERY_MS, signal: stopping.signal });
  await Promise.race([running, watching.then(() => running)]);
  await closeClient();
  await connection.close();
  await close();
  await encoder.close();
}

try {
  await main(readConfig(process.env));
} catch (failure) {
  process.stderr.write(`workers: ${lastWordsOf(failure)}\n`);
  process.exit(1);
}
