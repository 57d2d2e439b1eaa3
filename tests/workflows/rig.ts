import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import type { Worker } from '@temporalio/worker';
import { NativeConnection } from '@temporalio/worker';
import { createActivities, type Activities } from '../../activities/activities.ts';
import type { Deps } from '../../activities/deps.ts';
import { createColumnarEncoder } from '../../adapters/columnar/encoder.ts';
import { createDeltaCommitLog } from '../../adapters/delta/commit-log.ts';
import { createDuckDbLandedFiles } from '../../adapters/duckdb/landed-files.ts';
import { createMemoryCatalog } from '../../adapters/memory/catalog.ts';
import { createMemoryEventLog, type MemoryEventLog } from '../../adapters/memory/event-log.ts';
import { createMemoryStore } from '../../adapters/memory/object-store.ts';
import { createMemoryWarehouse, type MemoryWarehouse } from '../../adapters/memory/warehouse.ts';
import { mart, staging, topic } from '../../assets/define.ts';
import { ListenEvent } from '../../assets/topics/listen_events.ts';
import type { Transformer } from '../../core/ports/transformer.ts';
import type { Row } from '../../core/ports/warehouse.ts';
import { bundleWorkflows, createWorkers } from '../../workers/run-workers.ts';
import { repositoryOf } from '../../workers/repository.ts';

/** Workers in this process on the real server, over engines in memory: one topic, its staging table and a mart. */
export interface WorkflowRig {
  readonly client: Client;
  readonly taskQueue: string;
  readonly topic: string;
  readonly deps: Deps;
  readonly eventLog: MemoryEventLog;
  readonly warehouse: MemoryWarehouse;
  readonly troubles: Troubles;
  /** Starts workers on one more task queue. */
  serve(taskQueue: string): Promise<void>;
  close(): Promise<void>;
}

/** What a test may have go wrong from now on: the clock that plans go by is off, or the broker refuses to show progress. */
export interface Troubles {
  clockShiftMs: number;
  refusesProgress: boolean;
}

const PLAY = { artist: 'A', song: 'S', duration: 200, auth: 'Logged In', level: 'free', city: 'Lyon', zip: '69001', state: 'CA' };

/** A play as its JSON. */
export function playAt(ts: number, item: number): string {
  return JSON.stringify({ ...PLAY, ts, sessionId: 1, itemInSession: item, userAgent: 'x', lon: 1, lat: 2 });
}

/** Opens a rig whose loads fail as `failing` says, by hour. */
export async function openWorkflowRig(failing: ReadonlySet<string> = new Set()): Promise<WorkflowRig> {
  const key = `plays_${randomUUID().slice(0, 8)}`;
  const plays = topic({ key, description: 'Plays of a test.', event: ListenEvent });
  const loaded = staging({ key: `stg_${key}`, description: 'Loaded plays.', topic: plays });
  const songs = mart({ key: `mart_${key}`, description: 'Songs.', upstream: [loaded] });
  const repository = repositoryOf([plays, loaded, songs]);
  const eventLog = createMemoryEventLog();
  eventLog.ensureTopic(key, 2);
  const objects = createMemoryStore();
  const warehouse = createMemoryWarehouse();
  const hours = new Map<string, number>();
  const troubles: Troubles = { clockShiftMs: 0, refusesProgress: false };
  const deps: Deps = {
    ...repository,
    eventLog: {
      ...eventLog,
      announce: (...shown) =>
        troubles.refusesProgress ? Promise.reject(new Error('the group is refused')) : eventLog.announce(...shown),
    },
    objects,
    commits: createDeltaCommitLog(objects),
    encoder: createColumnarEncoder(new Map([[key, plays.contract]])),
    files: createDuckDbLandedFiles({ scratchDir: null }),
    catalog: createMemoryCatalog(),
    warehouse: {
      ...warehouse,
      replacePartition: async (load) => {
        if (failing.has(load.hour)) throw new Error('this hour cannot be loaded');
        const held = await warehouse.replacePartition(load);
        hours.set(load.hour, held.rows);
        return held;
      },
      query: (sql) => Promise.resolve(answer(sql, hours)),
      publish: (tables) => Promise.resolve(Object.fromEntries(tables.map((table) => [table, 1]))),
    },
    transformer: soundTransformer,
    landing: {
      tickMs: 3_600_000,
      window: 2,
      caps: { segmentEvents: 100, segmentBytes: 1e9, batchEvents: 1e9, batchBytes: 1e9, batchSegments: 50 },
      fileBytes: 1_000_000,
      group: 'test',
      deadLetterShare: 0.5,
    },
    freshness: { maxAgeMs: 7_200_000, reference: 'clock' },
    now: () => Date.now(),
  };
  return startRig({ key, deps, eventLog, warehouse, troubles });
}

const soundTransformer: Transformer = {
  build: ({ models }) =>
    Promise.resolve({ models: models.map((name) => ({ name, status: 'success', seconds: 0, rows: 1, message: '' })), tests: [] }),
  models: () => Promise.resolve([]),
};

/** What the warehouse would answer to the ledger's and the freshness check's questions. */
function answer(sql: string, hours: ReadonlyMap<string, number>): readonly Row[] {
  if (sql.includes('group by')) return [...hours].map(([hour, held]) => ({ hour: `${hour}:00:00Z`, held }));
  if (sql.includes('as_of')) return [{ value: new Date().toISOString() }];
  return [{ plays: 0 }];
}

async function startRig({
  key,
  deps,
  eventLog,
  warehouse,
  troubles,
}: Pick<WorkflowRig, 'deps' | 'eventLog' | 'warehouse' | 'troubles'> & { readonly key: string }): Promise<WorkflowRig> {
  const address = process.env.TEST_TEMPORAL_ADDRESS;
  if (address === undefined) throw new Error('TEST_TEMPORAL_ADDRESS is not set: run through jest’s project "server"');
  const connection = await Connection.connect({ address });
  const native = await NativeConnection.connect({ address });
  const taskQueue = `rig-${key}`;
  const workflowBundle = await bundleWorkflows(process.cwd());
  const workers: Worker[] = [];
  const running: Promise<void>[] = [];
  const serve = async (queue: string) => {
    const started = await createWorkers({
      connection: native,
      namespace: 'default',
      taskQueue: queue,
      activities: withClock(createActivities(deps), troubles),
      workflowBundle,
      root: process.cwd(),
    });
    workers.push(...started);
    running.push(...started.map((worker) => worker.run()));
  };
  await serve(taskQueue);
  return {
    client: new Client({ connection }),
    taskQueue,
    topic: key,
    deps,
    eventLog,
    warehouse,
    troubles,
    serve,
    close: async () => {
      workers.forEach((worker) => {
        worker.shutdown();
      });
      await Promise.all(running);
      await native.close();
      await connection.close();
    },
  };
}

function withClock(activities: Activities, troubles: Troubles): Activities {
  const { main } = activities;
  const planBatch: typeof main.planBatch = (input) => main.planBatch({ ...input, now: input.now + troubles.clockShiftMs });
  return { ...activities, main: { ...main, planBatch } };
}
