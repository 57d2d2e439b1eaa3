import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { Kafka, logLevel, type Producer } from 'kafkajs';
import { z } from 'zod';
import { createDeltaCommitLog } from '../../adapters/delta/commit-log.ts';
import { createFileStore } from '../../adapters/files/object-store.ts';
import { ensureTopics } from '../../adapters/kafka/topics.ts';
import { landingFrom, type FlushAnswer } from '../../core/landing/status.ts';
import { landingId } from '../../core/workflow-ids.ts';
import { bundleWorkflows } from '../../workers/run-workers.ts';
import type { Crash } from './faults.ts';

const PARTITIONS = 3;

/** A topic with its landing workflow, and workers that may be killed; everything on the real broker and server. */
export interface LandingRig {
  readonly topic: string;
  readonly client: Client;
  /** Sends `count` events to each partition, every fifth of which fits no contract. */
  produce(count: number): Promise<void>;
  startLanding(): Promise<void>;
  startWorker(orders?: { readonly crash?: Crash; readonly clockShiftMs?: number }): Promise<ChildProcess>;
  /** Takes the landing workflow back to its first task, as an operator may. */
  reset(): Promise<void>;
  flush(): Promise<FlushAnswer>;
  /** Offsets sent so far that are missing in the lake, and those it holds more than once, read by delta-rs and from dead letters. */
  compare(): Promise<{ readonly missing: number; readonly doubled: number; readonly landed: number; readonly rejected: number }>;
  readonly commits: ReturnType<typeof createDeltaCommitLog>;
  close(): Promise<void>;
}

export async function openRig(topic: string, address = needed('TEST_TEMPORAL_ADDRESS')): Promise<LandingRig> {
  const home = await mkdtemp(join(tmpdir(), 'soundflow-rig-'));
  const brokers = needed('TEST_KAFKA_BROKERS').split(',');
  await ensureTopics({ brokers, topics: [{ name: topic, partitions: PARTITIONS }], retentionMs: 86_400_000 });
  const bundle = join(home, 'workflows.js');
  await writeFile(bundle, (await bundleWorkflows(process.cwd())).code);
  const connection = await Connection.connect({ address });
  const client = new Client({ connection });
  const producer = new Kafka({ brokers, logLevel: logLevel.NOTHING }).producer({ idempotent: true });
  await producer.connect();
  const workers: ChildProcess[] = [];
  const sent = { count: 0 };
  const commits = createDeltaCommitLog(createFileStore(join(home, 'lake')));
  const taskQueue = `rig-${topic}`;
  const env = {
    ...process.env,
    SOUNDFLOW_HOME: home,
    TEMPORAL_ADDRESS: address,
    KAFKA_BROKERS: brokers.join(','),
    SOUNDFLOW_TASK_QUEUE: taskQueue,
    LANDING_SEGMENT_EVENTS: '40',
  };
  const handle = () => client.workflow.getHandle(landingId(topic));
  return {
    topic,
    client,
    commits,
    produce: async (count) => {
      await send(producer, topic, { from: sent.count, count });
      sent.count += count;
    },
    startLanding: async () => {
      await client.workflow.start('landTopic', { workflowId: landingId(topic), taskQueue, args: [landingFrom(topic)] });
    },
    startWorker: async ({ crash = null, clockShiftMs = 0 }: { crash?: Crash | null; clockShiftMs?: number } = {}) => {
      const orders = JSON.stringify({ bundle, topics: [topic], crash, clockShiftMs });
      const worker = spawn(process.execPath, ['--import', 'tsx', 'tests/chaos/landing-worker.ts', orders], {
        env,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      workers.push(worker);
      await once(createInterface({ input: worker.stdout }), 'line');
      return worker;
    },
    reset: async () => {
      const order = [
        'workflow',
        'reset',
        '--workflow-id',
        landingId(topic),
        '--type',
        'FirstWorkflowTask',
        '--reason',
        'a test',
        '--address',
        address,
      ];
      await promisify(execFile)(needed('TEST_TEMPORAL_BINARY'), order);
    },
    flush: () => handle().executeUpdate<FlushAnswer, []>('flush'),
    compare: () => compare({ home, topic, commits, each: sent.count }),
    close: async () => {
      workers.forEach((worker) => worker.kill('SIGKILL'));
      await producer.disconnect();
      await connection.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** The worker was killed, as it was told to. */
export async function death(worker: ChildProcess): Promise<void> {
  if (worker.signalCode === null && worker.exitCode === null) await once(worker, 'exit');
}

function needed(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run through jest's project "server", which starts the engines`);
  return value;
}

async function send(producer: Producer, topic: string, { from, count }: { from: number; count: number }): Promise<void> {
  for (let partition = 0; partition < PARTITIONS; partition += 1) {
    const messages = Array.from({ length: count }, (_, index) => ({ partition, key: 'k', value: valueOf(from + index) }));
    await producer.send({ topic, messages });
  }
}

function valueOf(index: number): string {
  if (index % 5 === 4) return `{"broken": ${String(index)}`;
  const common = {
    auth: 'Logged In',
    level: 'free',
    itemInSession: index,
    city: 'Lyon',
    zip: '69001',
    state: 'CA',
    userAgent: 'x',
    lon: 1,
    lat: 2,
  };
  return JSON.stringify({ artist: 'A', song: 'S', duration: 200, ts: 1_763_600_000_000 + index, sessionId: 1, ...common });
}

async function compare(known: { home: string; topic: string; commits: ReturnType<typeof createDeltaCommitLog>; each: number }) {
  const { home, topic, commits, each } = known;
  const table = join(home, 'lake', topic);
  const { stdout } = await promisify(execFile)(needed('TEST_DELTA_PYTHON'), ['tests/chaos/read-offsets.py', table], {
    maxBuffer: 64 * 1024 * 1024,
  });
  const rows = z.record(z.string(), z.array(z.tuple([z.int(), z.int()]))).parse(JSON.parse(stdout))[table] ?? [];
  const dead = await deadLetters(known, commits);
  const seen = new Map<string, number>();
  for (const [partition, offset] of [...rows, ...dead]) {
    const key = `${String(partition)}/${String(offset)}`;
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  const expected = Array.from({ length: PARTITIONS }, (_, partition) =>
    Array.from({ length: each }, (__, offset) => `${String(partition)}/${String(offset)}`),
  ).flat();
  return {
    missing: expected.filter((key) => !seen.has(key)).length,
    doubled: [...seen.values()].filter((count) => count > 1).length,
    landed: rows.length,
    rejected: dead.length,
  };
}

async function deadLetters(
  { home, topic }: { home: string; topic: string },
  commits: ReturnType<typeof createDeltaCommitLog>,
): Promise<readonly (readonly [number, number])[]> {
  const newest = await commits.newest(topic, 0);
  const files: string[] = [];
  for await (const commit of commits.range(topic, 0, newest?.position ?? -1))
    files.push(...commit.deadLetters.map((file) => join(home, 'lake', topic, file.path)));
  const script =
    'import json,os,sys,pyarrow.parquet as pq\nprint(json.dumps([[r["_partition"],r["_offset"]] for f in sys.argv[1:] for r in pq.read_table(f, partitioning=None).to_pylist()]), flush=True)\nos._exit(0)';
  const { stdout } = await promisify(execFile)(needed('TEST_DELTA_PYTHON'), ['-c', script, ...files], {
    maxBuffer: 64 * 1024 * 1024,
  });
  return z.array(z.tuple([z.int(), z.int()])).parse(JSON.parse(stdout));
}
