import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { z } from 'zod';
import { SoundFlowError } from '../core/errors.ts';
import type { FlushAnswer } from '../core/landing/status.ts';
import { landingId } from '../core/workflow-ids.ts';
import { ALLOCATOR } from '../workers/allocator.ts';
import { landingOf } from '../workers/always-there.ts';
import { bundleWorkflows } from '../workers/run-workers.ts';
import { measure, startContestant, type Contestant, type Effort } from './contestant.ts';
import { startTemporal, withoutGivenEngines } from './engines.ts';
import { filesOfTable, holdingOf, type Holding } from './lake.ts';

/** What our landing is told: the broker, the topic, an empty folder for its state, and how many worker processes. */
export interface LandingOrders {
  readonly broker: string;
  readonly topic: string;
  readonly home: string;
  readonly workers: number;
}

/** What landing took, what is in the lake then, and how late the event loop of the worst worker was. */
export interface Landed {
  readonly effort: Effort;
  readonly holding: Holding;
  readonly loopDelayP99Ms: number;
}

const Ready = z.object({ phase: z.literal('ready') });
const Report = z.object({ phase: z.literal('report'), loopDelayP99Ms: z.number(), loopDelayMaxMs: z.number() });
const TASK_QUEUE = 'bench';

/** Lands all that a topic holds, end to end: from the broker to the last commit, by the workflow on a real Temporal server. */
export async function landBacklog(orders: LandingOrders): Promise<Landed> {
  const temporal = await startTemporal();
  const workers = await startWorkers(orders, temporal.address);
  try {
    const connection = await Connection.connect({ address: temporal.address });
    workers.forEach((worker) => {
      worker.say('go');
    });
    const effort = await measure(workers, () => land(new Client({ connection }), orders.topic));
    const reports = await Promise.all(workers.map((worker) => report(worker)));
    await connection.close();
    const holding = await holdingOf(filesOfTable(join(orders.home, 'lake', orders.topic)));
    return { effort, holding, loopDelayP99Ms: Math.max(...reports.map(({ loopDelayP99Ms }) => loopDelayP99Ms)) };
  } finally {
    await Promise.all(workers.map((worker) => worker.end()));
    await temporal.stop();
  }
}

/** Starts worker processes and waits until all are ready. They share a home, as on one machine. */
export async function startWorkers(
  { broker, home, workers }: Omit<LandingOrders, 'topic'>,
  address: string,
): Promise<readonly Contestant[]> {
  const bundle = join(home, 'workflows.json');
  await writeFile(bundle, JSON.stringify(await bundleWorkflows(process.cwd())));
  const env = {
    ...ALLOCATOR,
    ...withoutGivenEngines(),
    SOUNDFLOW_HOME: home,
    SOUNDFLOW_TASK_QUEUE: TASK_QUEUE,
    SOUNDFLOW_DBT_PYTHON: 'python3',
    TEMPORAL_ADDRESS: address,
    KAFKA_BROKERS: broker,
  };
  const args = ['--import', 'tsx', 'bench/worker.ts', bundle];
  const command = { name: 'soundflow', program: process.execPath, args, env, cwd: process.cwd() };
  const started = Array.from({ length: workers }, () => startContestant(command));
  try {
    await Promise.all(started.map((worker) => worker.next(Ready)));
    return started;
  } catch (failure) {
    await Promise.all(started.map((worker) => worker.end()));
    throw failure;
  }
}

/** Starts the landing of a topic on the workers' queue. */
export async function startLanding(client: Client, topic: string): Promise<void> {
  await client.workflow.start('landTopic', landingOf(topic, TASK_QUEUE));
}

async function land(client: Client, topic: string): Promise<void> {
  await startLanding(client, topic);
  const answer = await client.workflow.getHandle(landingId(topic)).executeUpdate<FlushAnswer, []>('flush');
  if (!answer.landed) throw new SoundFlowError('UNAVAILABLE', `soundflow: the backlog was not landed: ${answer.why}`);
}

async function report(worker: Contestant): Promise<z.output<typeof Report>> {
  worker.say('report');
  return worker.next(Report);
}
