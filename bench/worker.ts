import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { createActivities } from '../activities/activities.ts';
import { readConfig, type Config } from '../temporal.config.ts';
import { compose } from '../workers/compose.ts';
import { createWorkers } from '../workers/run-workers.ts';
import { openEncoder } from '../workers/open-encoder.ts';

/** The workflows' code, made ready by the one who measures: making it takes memory that landing does not. */
const Bundle = z.object({ code: z.string(), sourceMap: z.string() });

const RESOLUTION_MS = 5;
const NS_PER_MS = 1e6;

/** A worker as workers/main.ts makes it, with a ready bundle of the workflows, without schedule and first run. It tells how late its event loop was. */
async function main(config: Config, bundle: string): Promise<void> {
  Runtime.install({ logger: new DefaultLogger('WARN') });
  const encoder = await openEncoder(config);
  const { deps, close } = await compose(config, encoder);
  const connection = await NativeConnection.connect(config.temporal.connection);
  const { namespace, taskQueue } = config.temporal;
  const workers = await createWorkers({
    connection,
    namespace,
    taskQueue,
    workflowBundle: Bundle.parse(JSON.parse(readFileSync(bundle, 'utf8'))),
    activities: createActivities(deps),
    root: config.root,
  });
  const running = Promise.all(workers.map((worker) => worker.run()));
  await obey();
  workers.forEach((worker) => {
    worker.shutdown();
  });
  await running;
  await connection.close();
  await close();
  await encoder.close();
}

/** Says `ready`; at `go` begins to watch the event loop, at `report` says how late it was, at `end` returns. */
async function obey(): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  say({ phase: 'ready' });
  for await (const word of createInterface({ input: process.stdin })) {
    if (word === 'end') return;
    if (word === 'go') delay.reset();
    if (word === 'report') say({ phase: 'report', loopDelayP99Ms: late(delay.percentile(99)), loopDelayMaxMs: late(delay.max) });
  }
}

/** The histogram holds the time between two looks; what is late about it is what the timer did not ask for. */
function late(nanoseconds: number): number {
  return Math.max(0, nanoseconds / NS_PER_MS - RESOLUTION_MS);
}

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

await main(readConfig(process.env), process.argv[2] ?? '');
