import { join } from 'node:path';
import {
  bundleWorkflowCode,
  Worker,
  type NativeConnection,
  type WorkerOptions,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import type { Activities } from '../activities/activities.ts';
import { queueOf, type QueueKind } from '../core/queues.ts';
import { activityErrors } from './activity-errors.ts';

/** Where workers connect to, and what they run. */
export interface Fleet {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly activities: Activities;
  readonly workflowBundle: WorkflowBundleWithSourceMap;
  readonly root: string;
}

/** More for landing than one topic takes (`landing.window`): a live topic finds one free while another catches up. */
const SLOTS: Readonly<Record<QueueKind, number>> = { main: 16, land: 4, load: 4, build: 1 };

/**
 * What fails a run, where Temporal would try the same task again and again: a history that the code cannot replay (a server
 * restored from an older copy gets such from workers that outlived it) and, for landing, whatever it did not expect. Landing then
 * begins anew from the log; the schedule's next run makes up for one that failed; a person asks again for the rest.
 */
export const FAILING: NonNullable<WorkerOptions['workflowFailureErrorTypes']> = {
  '*': ['NondeterminismError'],
  landTopic: ['Error'],
};

/** The bundle of all workflows, as every worker and replay test uses it. `root` is the code's folder. */
export function bundleWorkflows(root: string): Promise<WorkflowBundleWithSourceMap> {
  return bundleWorkflowCode({
    workflowsPath: join(root, 'workflows', 'all.ts'),
    payloadConverterPath: join(root, 'workflows', 'payload-converter.ts'),
    logger: { log: ignore, trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore },
  });
}

function ignore(): void {
  return;
}

/** One worker for each queue; the workflows' own also runs the cheap activities. */
export async function createWorkers(fleet: Fleet): Promise<readonly Worker[]> {
  const { activities, workflowBundle, taskQueue } = fleet;
  return Promise.all([
    Worker.create({
      ...optionsOf(fleet, 'main'),
      workflowBundle,
      activities: activities.main,
      maxCachedWorkflows: 100,
      workflowFailureErrorTypes: FAILING,
    }),
    ...(['land', 'load', 'build'] as const).map((kind) =>
      Worker.create({ ...optionsOf(fleet, kind), activities: activities[kind], taskQueue: queueOf(taskQueue, kind) }),
    ),
  ]);
}

function optionsOf({ connection, namespace, taskQueue, root }: Fleet, kind: QueueKind): WorkerOptions {
  return {
    connection,
    namespace,
    taskQueue,
    identity: `soundflow-${kind}@${String(process.pid)}`,
    dataConverter: { payloadConverterPath: join(root, 'workflows', 'payload-converter.ts') },
    interceptors: { activity: [() => ({ inbound: activityErrors })] },
    maxConcurrentActivityTaskExecutions: SLOTS[kind],
    shutdownGraceTime: '5 seconds',
    shutdownForceTime: '15 seconds',
  };
}
