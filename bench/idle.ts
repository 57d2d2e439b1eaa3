import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { SoundFlowError } from '../core/errors.ts';
import { untilNextTick, type LandingStatus } from '../core/landing/status.ts';
import { landingId } from '../core/workflow-ids.ts';
import { ensureTopics } from '../adapters/kafka/topics.ts';
import { readConfig } from '../temporal.config.ts';
import { killGroup, whenThisProcessEnds } from '../tools/child.mjs';
import type { Log } from '../tools/progress.mjs';
import { openRepository } from '../workers/compose.ts';
import type { Contestant } from './contestant.ts';
import { startBroker, startTemporal, withoutGivenEngines, type Engine } from './engines.ts';
import { batchCost, type Sample } from './idle-cost.ts';
import { startLanding, startWorkers } from './soundflow.ts';

/** How long to watch, in milliseconds, and events per second of all topics together. */
export interface IdleOptions {
  readonly watchMs: number;
  readonly rate: number;
}

/** What a worker costs while little happens. */
export interface IdleReport {
  readonly minutes: number;
  readonly topics: number;
  readonly rate: number;
  readonly rows: number;
  readonly batches: number;
  /** CPU of the worker process in percent of one core. */
  readonly corePercent: number;
  /** CPU that a batch of one topic adds to what the worker takes between batches, milliseconds. */
  readonly cpuMsPerBatch: number;
  readonly peakRssMb: number;
}

const SAMPLE_MS = 1_000;

/** Watches one worker that lands every topic of the repository, fed by eventsim, over whole ticks. */
export async function benchIdle({ watchMs, rate }: IdleOptions, log: Log): Promise<IdleReport> {
  const [broker, temporal] = [await startBroker(), await startTemporal()];
  const home = await mkdtemp(join(tmpdir(), 'soundflow-bench-idle-'));
  const config = readConfig({ SOUNDFLOW_HOME: home });
  const topics = [...(await openRepository(config)).topics.keys()];
  const { partitions, retentionMs } = config.kafka;
  await ensureTopics({ brokers: [broker.address], topics: topics.map((name) => ({ name, partitions })), retentionMs });
  const eventsim = startEventsim(broker, { home, rate });
  const [worker] = await startWorkers({ broker: broker.address, home, workers: 1 }, temporal.address);
  const connection = await Connection.connect({ address: temporal.address });
  const client = new Client({ connection });
  try {
    for (const topic of topics) await startLanding(client, topic);
    const waiting = log.start('idle', 'waiting for the next batch to be over');
    await wait(untilNextTick(Date.now(), config.landing.tickMs) + config.landing.tickMs / 2);
    waiting.end();
    const watching = log.start('idle', `watching for ${String(watchMs / 60_000)} minutes`);
    const before = await standing(client, topics);
    const samples = worker === undefined ? [] : await watch(worker, watchMs);
    const after = await standing(client, topics);
    watching.end();
    const batches = after.commits - before.commits;
    const cost = batchCost(samples, { tickMs: config.landing.tickMs, batches });
    const peakRssMb = worker?.usage().peakRssMb ?? 0;
    return {
      minutes: watchMs / 60_000,
      topics: topics.length,
      rate,
      rows: after.rows - before.rows,
      batches,
      ...cost,
      peakRssMb,
    };
  } finally {
    await connection.close();
    await Promise.all([worker?.end(), eventsim.end()]);
    await temporal.stop();
    await broker.stop();
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The report in words, as a terminal and BENCHMARKS.md show it. */
export function idleSummary({ minutes, topics, rate, rows, batches, corePercent, cpuMsPerBatch, peakRssMb }: IdleReport): string {
  return [
    `${String(topics)} topics, ${String(rate)} events per second together, watched for ${String(minutes)} minutes: ${String(rows)} rows in ${String(batches)} batches.`,
    '',
    `- worker: ${corePercent.toFixed(1)}% of one core`,
    `- a batch: ${cpuMsPerBatch.toFixed(0)} ms of CPU`,
    `- peak memory: ${peakRssMb.toFixed(0)} MB`,
  ].join('\n');
}

async function watch(worker: Contestant, watchMs: number): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  const until = Date.now() + watchMs;
  for (;;) {
    const at = Date.now();
    samples.push({ at, cpuSeconds: worker.usage().cpuSeconds });
    if (at >= until) return samples;
    await wait(Math.min(SAMPLE_MS, until - at));
  }
}

/** Commits and rows of all topics so far. */
async function standing(client: Client, topics: readonly string[]): Promise<{ readonly commits: number; readonly rows: number }> {
  const statuses = await Promise.all(
    topics.map((topic) => client.workflow.getHandle(landingId(topic)).query<LandingStatus>('status')),
  );
  const problem = statuses.find((status) => status.problem !== null);
  if (problem !== undefined) throw new SoundFlowError('UNAVAILABLE', `${problem.topic}: ${String(problem.problem)}`);
  const sum = (of: (status: LandingStatus) => number) => statuses.reduce((total, status) => total + of(status), 0);
  return { commits: sum(({ position }) => position), rows: sum(({ rows }) => rows) };
}

/** The generator at its own pace; `end` stops it. */
function startEventsim(
  { address }: Engine,
  { home, rate }: { readonly home: string; readonly rate: number },
): { end(): Promise<void> } {
  const env = {
    ...withoutGivenEngines(),
    SOUNDFLOW_HOME: home,
    KAFKA_BROKERS: address,
    EVENTSIM_MODE: 'live',
    EVENTSIM_RATE: String(rate),
    EVENTSIM_CATCH_UP: '1 second',
  };
  const child = spawn(process.execPath, ['--import', 'tsx', 'eventsim/main.ts'], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
    detached: true,
  });
  const release = whenThisProcessEnds(() => killGroup(child.pid, 'SIGKILL'));
  return {
    end: async () => {
      killGroup(child.pid, 'SIGTERM');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      release();
    },
  };
}
