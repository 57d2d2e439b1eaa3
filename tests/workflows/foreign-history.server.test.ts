import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { FlushAnswer } from '../../core/landing/status.ts';
import { landingOf } from '../../workers/always-there.ts';
import { openWorkflowRig, playAt, type WorkflowRig } from './rig.ts';

jest.setTimeout(120_000);

const POLL_MS = 50;
/** The run begins; a task is scheduled, started and completed; its timer is started. */
const EVENTS_WITH_TIMER = 5;

describe('a landing whose history this code would not have written', () => {
  let rig: WorkflowRig;
  let taskQueue: string;
  const handle = (runId?: string) => rig.client.workflow.getHandle(`land/${rig.topic}`, runId);

  beforeAll(async () => {
    rig = await openWorkflowRig();
    taskQueue = `${rig.taskQueue}-other`;
    rig.eventLog.append({ topic: rig.topic, partition: 0, values: [playAt(1, 0), playAt(2, 1)] });
  });

  afterAll(async () => {
    await handle().terminate();
    await rig.close();
  });

  it('fails as a run, and the next one lands with nobody’s help', async () => {
    const { firstExecutionRunId } = await rig.client.workflow.start('landTopic', landingOf(rig.topic, taskQueue));
    await servedByAnother(taskQueue, async () => {
      const { runId, historyLength } = await handle().describe();
      return runId !== firstExecutionRunId && historyLength >= EVENTS_WITH_TIMER;
    });
    const { runId } = await handle().describe();
    await rig.serve(taskQueue);

    expect(await flush()).toMatchObject({ landed: true });

    expect((await handle(runId).describe()).status.name).toBe('FAILED');
    expect((await handle().describe()).runId).not.toBe(runId);
  });

  /** The run that is about to fail takes no update; the next one does. */
  async function flush(): Promise<FlushAnswer> {
    for (;;) {
      const answer = await handle()
        .executeUpdate<FlushAnswer, []>('flush')
        .catch(() => null);
      if (answer !== null) return answer;
      await wait(POLL_MS);
    }
  }
});

/** Runs a worker that knows another landing workflow until it `isDone`. */
async function servedByAnother(taskQueue: string, isDone: () => Promise<boolean>): Promise<void> {
  const connection = await NativeConnection.connect({ address: process.env.TEST_TEMPORAL_ADDRESS ?? '' });
  const workflowsPath = join(process.cwd(), 'tests/fixtures/other-landing.ts');
  const worker = await Worker.create({ connection, taskQueue, workflowsPath });
  await worker.runUntil(async () => {
    while (!(await isDone())) await wait(POLL_MS);
  });
  await connection.close();
}
