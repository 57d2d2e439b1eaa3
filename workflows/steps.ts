import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { Activities } from '../activities/activities.ts';
import { queueOf } from '../core/queues.ts';

const RETRY = { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' } as const;

/** Cheap steps, beside the workflow. */
export const cheap = () =>
  proxyActivities<Activities['main']>({ startToCloseTimeout: '20 seconds', retry: { ...RETRY, maximumAttempts: 8 } });

/** Showing what was landed: tried a few times, for nothing depends on it. */
export const announcing = () =>
  proxyActivities<Activities['main']>({ startToCloseTimeout: '1 minute', retry: { ...RETRY, maximumAttempts: 3 } });

/** Planning a run, which may have a long log to catch up with. */
export const planning = () =>
  proxyActivities<Activities['main']>({ startToCloseTimeout: '5 minutes', retry: { ...RETRY, maximumAttempts: 8 } });

/** Landing a segment. */
export const landing = () =>
  proxyActivities<Activities['land']>({
    taskQueue: queueOf(workflowInfo().taskQueue, 'land'),
    startToCloseTimeout: '10 minutes',
    heartbeatTimeout: '20 seconds',
    retry: { ...RETRY, maximumAttempts: 8 },
  });

/** Amending an hour of a topic, which may hold millions of records. */
export const amending = () =>
  proxyActivities<Activities['land']>({
    taskQueue: queueOf(workflowInfo().taskQueue, 'land'),
    startToCloseTimeout: '2 hours',
    heartbeatTimeout: '30 seconds',
    retry: { ...RETRY, maximumAttempts: 5 },
  });

/** Loading an hour, and what is asked of the warehouse afterwards. A locked warehouse is waited for. */
export const loading = () =>
  proxyActivities<Activities['load']>({
    taskQueue: queueOf(workflowInfo().taskQueue, 'load'),
    startToCloseTimeout: '30 minutes',
    heartbeatTimeout: '30 seconds',
    retry: { ...RETRY, maximumAttempts: 12 },
  });

/** Building and testing models. A retry goes on with what failed. */
export const building = () =>
  proxyActivities<Activities['build']>({
    taskQueue: queueOf(workflowInfo().taskQueue, 'build'),
    startToCloseTimeout: '60 minutes',
    heartbeatTimeout: '30 seconds',
    retry: { ...RETRY, maximumAttempts: 6 },
  });
