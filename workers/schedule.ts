import { ScheduleAlreadyRunning, ScheduleOverlapPolicy, type Client, type ScheduleOptions } from '@temporalio/client';
import { SCHEDULE_ID } from '../core/workflow-ids.ts';

/** Makes `soundflow-hourly` what this code says it is; a pause set by an operator stays. Safe to repeat. */
export async function ensureSchedule(client: Client, taskQueue: string): Promise<void> {
  const desired = scheduleOf(taskQueue);
  try {
    await client.schedule.create(desired);
  } catch (failure) {
    if (!(failure instanceof ScheduleAlreadyRunning)) throw failure;
    const { spec, action, policies } = desired;
    await client.schedule.getHandle(SCHEDULE_ID).update(({ state }) => ({ spec, action, policies, state }));
  }
}

function scheduleOf(taskQueue: string) {
  return {
    scheduleId: SCHEDULE_ID,
    spec: { intervals: [{ every: '1 hour', offset: '5 minutes' }] },
    action: { type: 'startWorkflow', workflowType: 'hourly', workflowId: SCHEDULE_ID, taskQueue, args: [] },
    policies: { overlap: ScheduleOverlapPolicy.BUFFER_ONE, catchupWindow: '1 hour', pauseOnFailure: false },
  } satisfies ScheduleOptions;
}

/** Starts a run of the schedule now, behind one that is under way. */
export async function triggerSchedule(client: Client): Promise<void> {
  await client.schedule.getHandle(SCHEDULE_ID).trigger(ScheduleOverlapPolicy.BUFFER_ONE);
}
