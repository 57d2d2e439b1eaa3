import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Context } from '@temporalio/activity';
import { Client } from '@temporalio/client';
import { NativeConnection, Worker, type ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { createActivities } from '../../activities/activities.ts';
import type { Deps } from '../../activities/deps.ts';
import { createArrowEncoder } from '../../adapters/arrow/encoder.ts';
import { createColumnarEncoder } from '../../adapters/columnar/encoder.ts';
import { createDeltaCommitLog } from '../../adapters/delta/commit-log.ts';
import { createDuckDbLandedFiles } from '../../adapters/duckdb/landed-files.ts';
import { createFileStore } from '../../adapters/files/object-store.ts';
import { createKafkaEventLog } from '../../adapters/kafka/event-log.ts';
import { createMemoryEventLog, type MemoryEventLog } from '../../adapters/memory/event-log.ts';
import { createMemoryWarehouse } from '../../adapters/memory/warehouse.ts';
import { createSqliteCatalog } from '../../adapters/sqlite/catalog.ts';
import { topic } from '../../assets/define.ts';
import { ListenEvent } from '../../assets/topics/listen_events.ts';
import { lastWordsOf } from '../../core/errors.ts';
import { queueOf } from '../../core/queues.ts';
import { landingId } from '../../core/workflow-ids.ts';
import { activityErrors } from '../../workers/activity-errors.ts';
import { repositoryOf } from '../../workers/repository.ts';
import { FAILING } from '../../workers/run-workers.ts';
import { watchHistories } from '../../workers/watch-histories.ts';
import { createGate, faultyStore, gated, refusing, type Faults, type Gate } from './faults.ts';
import type { Fleet, Report } from './orders.ts';

/** A fleet that runs in this process. */
export interface Running {
  readonly gate: Gate;
  readonly faults: Faults;
  readonly clock: { shiftMs: number };
  readonly memory: MemoryEventLog | null;
  readonly leave: () => Promise<void>;
}

/** More often than workers look: a case is over in seconds. */
const LOOK_EVERY_MS = 500;

const connections = new Map<string, Promise<NativeConnection>>();

/** Starts a fleet's workers; `say` is told when it is held or met by a fault. */
export async function serve(fleet: Fleet, workflows: string, say: (report: Report) => void): Promise<Running> {
  const { id, address, taskQueue } = fleet;
  const faults: Faults = {
    healed: false,
    met: () => {
      say({ what: 'fault', id });
    },
  };
  const gate = createGate(fleet.gate, () => {
    say({ what: 'held', id });
  });
  const clock = { shiftMs: fleet.clockShiftMs };
  const memory = typeof fleet.broker === 'number' ? memoryLog(fleet.topics, fleet.broker) : null;
  const { deps, close } = await depsOf(fleet, { memory, faults, gate });
  const { main, land } = createActivities(deps);
  const shifted: typeof main = { ...main, planBatch: (tick) => main.planBatch({ ...tick, now: tick.now + clock.shiftMs }) };
  const inbound = fleet.mute ? [activityErrors, muted] : [activityErrors];
  const shared = {
    connection: await connect(address),
    interceptors: { activity: inbound.map((one) => () => ({ inbound: one })) },
    maxConcurrentActivityTaskPolls: 2,
    shutdownGraceTime: '30 seconds',
  } as const;
  const workers = await Promise.all([
    Worker.create({
      ...shared,
      taskQueue,
      workflowBundle: { code: workflows },
      workflowFailureErrorTypes: FAILING,
      activities: shifted,
      maxConcurrentWorkflowTaskPolls: 2,
    }),
    Worker.create({
      ...shared,
      taskQueue: queueOf(taskQueue, 'land'),
      activities: land,
      maxConcurrentActivityTaskExecutions: fleet.landSlots,
    }),
  ]);
  const ended = Promise.all(workers.map((worker) => worker.run()));
  const leaving = new AbortController();
  watchHistories({
    client: new Client({ connection: shared.connection }),
    workflowIds: fleet.topics.map(landingId),
    everyMs: LOOK_EVERY_MS,
    signal: leaving.signal,
  }).catch((forgotten: unknown) => {
    process.stderr.write(`${id}: ${lastWordsOf(forgotten)}\n`);
    process.exit(1);
  });
  const leave = async () => {
    leaving.abort();
    workers.forEach((worker) => {
      worker.shutdown();
    });
    await ended;
    await close();
  };
  return { gate, faults, clock, memory, leave };
}

async function depsOf(fleet: Fleet, { memory, faults, gate }: Pick<Running, 'memory' | 'faults' | 'gate'>) {
  const repository = repositoryOf(fleet.topics.map((key) => topic({ key, description: 'A test.', event: ListenEvent })));
  const contracts = new Map([...repository.topics].map(([key, { contract }]) => [key, contract]));
  const scratchDir = join(fleet.home, 'scratch');
  await mkdir(scratchDir, { recursive: true });
  const files = createFileStore(join(fleet.home, 'lake'));
  const objects = fleet.store === null ? files : faultyStore(files, fleet.store, faults);
  const eventLog = memory ?? createKafkaEventLog({ brokers: brokersOf(fleet), clientId: fleet.id });
  const catalog = await createSqliteCatalog({ file: join(fleet.home, 'catalog.db') });
  const healthy: Deps = {
    ...repository,
    objects,
    commits: createDeltaCommitLog(objects),
    eventLog,
    catalog,
    encoder: fleet.encoder === 'arrow' ? createArrowEncoder(contracts) : createColumnarEncoder(contracts),
    files: createDuckDbLandedFiles({ scratchDir }),
    warehouse: createMemoryWarehouse(),
    transformer: { build: () => Promise.resolve({ models: [], tests: [] }), models: () => Promise.resolve([]) },
    landing: landingOf(fleet),
    freshness: { maxAgeMs: 7_200_000, reference: 'clock' },
    now: () => Date.now(),
  };
  const deps: Deps = { ...healthy, ...gated(refusing(healthy, fleet.refuses, faults), gate) };
  const close = async () => {
    await eventLog.close();
    await catalog.close();
  };
  return { deps, close };
}

function landingOf({ tickMs, window, segmentEvents, batchSegments, taskQueue }: Fleet): Deps['landing'] {
  const bytes = { segmentBytes: 64 * 1024 * 1024, batchBytes: 1024 * 1024 * 1024 };
  const caps = { segmentEvents, batchSegments, batchEvents: 2_000_000, ...bytes };
  return { tickMs, window, caps, fileBytes: 64 * 1024 * 1024, group: taskQueue, deadLetterShare: 1 };
}

function memoryLog(topics: readonly string[], partitions: number): MemoryEventLog {
  const log = createMemoryEventLog();
  for (const name of topics) log.ensureTopic(name, partitions);
  return log;
}

function brokersOf({ broker }: Fleet): readonly string[] {
  return typeof broker === 'number' ? [] : broker;
}

function connect(address: string): Promise<NativeConnection> {
  const known = connections.get(address) ?? NativeConnection.connect({ address });
  connections.set(address, known);
  return known;
}

/** The activity beats, and nothing of it leaves the worker. */
const muted: ActivityInboundCallsInterceptor = {
  execute: (input, next) => {
    Object.assign(Context.current(), { heartbeat: () => undefined });
    return next(input);
  },
};
