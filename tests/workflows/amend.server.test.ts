import { WorkflowFailedError } from '@temporalio/client';
import { amend } from '../../cli/amend.ts';
import { addHours, hourOf, type Hour } from '../../core/hours.ts';
import type { FlushAnswer, LandingStatus } from '../../core/landing/status.ts';
import { landingOf } from '../../workers/always-there.ts';
import { openWorkflowRig, playAt, type WorkflowRig } from './rig.ts';

jest.setTimeout(120_000);

describe('amending closed hours', () => {
  let rig: WorkflowRig;
  let closed: Hour;
  const landing = () => rig.client.workflow.getHandle(`land/${rig.topic}`);
  const start = (kind: string, from: Hour, to: Hour) =>
    rig.client.workflow.start('amend', {
      workflowId: `amend/${kind}/${rig.topic}/${from}`,
      taskQueue: rig.taskQueue,
      args: [{ kind, topic: rig.topic, from, to }],
    });

  beforeAll(async () => {
    rig = await openWorkflowRig();
    await rig.client.workflow.start('landTopic', landingOf(rig.topic, rig.taskQueue));
    for (const item of [0, 1]) {
      rig.eventLog.append({ topic: rig.topic, partition: 0, values: [playAt(1, item), 'no JSON'] });
      await landing().executeUpdate<FlushAnswer, []>('flush');
    }
    const { hour } = await landing().query<LandingStatus>('status');
    closed = hour ?? hourOf(Date.now());
    rig.troubles.clockShiftMs = 3_600_000;
    rig.eventLog.append({ topic: rig.topic, partition: 0, values: [playAt(2, 0)] });
    await landing().executeUpdate<FlushAnswer, []>('flush');
  });

  afterAll(async () => {
    await landing().terminate();
    await rig.close();
  });

  it('joins and rebuilds an hour while landing goes on, by the command that people type', async () => {
    const lines: string[] = [];
    const output = { json: true, write: (line: string) => lines.push(line) };
    const known = { client: rig.client, taskQueue: rig.taskQueue, note: () => undefined };
    const asked = { topic: rig.topic, from: closed, to: addHours(closed, 1) };
    await amend(known, { kind: 'compact', ...asked }, output);
    await amend(known, { kind: 'rebuild', ...asked }, output);
    expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
      { kind: 'compact', state: 'succeeded', done: [{ message: '2 files became 1, 2 rows' }] },
      { kind: 'rebuild', state: 'succeeded', done: [{ message: expect.stringContaining('2 rows and 2 dead letters') }] },
    ]);
    await expect(amend(known, { kind: 'rebuild', ...asked, to: closed }, output)).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringContaining('"to" lies after "from"'),
    });
  });

  it('fails with the reason when the broker no longer holds an hour, and changes nothing', async () => {
    const before = await rig.deps.commits.newest(rig.topic, 0);
    rig.eventLog.truncateTo(rig.topic, 0, 1);
    const failed = (await start('rebuild', closed, addHours(closed, 1))).result().catch((failure: unknown) => failure);
    const failure = await failed;
    expect(failure).toBeInstanceOf(WorkflowFailedError);
    expect(JSON.stringify(failure)).toContain('DATA_LOSS');
    expect(await rig.deps.commits.newest(rig.topic, 0)).toEqual(before);
  });
});
