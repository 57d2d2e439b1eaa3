import type { FlushAnswer, LandingStatus } from '../../core/landing/status.ts';
import type { LossAnswer } from '../../core/landing/loss.ts';
import { landingOf } from '../../workers/always-there.ts';
import { openWorkflowRig, playAt, type WorkflowRig } from './rig.ts';

jest.setTimeout(120_000);

describe('landing a topic', () => {
  let rig: WorkflowRig;
  const id = () => `land/${rig.topic}`;
  const handle = () => rig.client.workflow.getHandle(id());
  const flush = () => handle().executeUpdate<FlushAnswer, []>('flush');
  const status = () => handle().query<LandingStatus>('status');

  beforeAll(async () => {
    rig = await openWorkflowRig();
    rig.eventLog.append({ topic: rig.topic, partition: 0, values: [playAt(1, 0), 'no JSON', playAt(2, 1)] });
    await rig.client.workflow.start('landTopic', landingOf(rig.topic, rig.taskQueue));
  });

  afterAll(async () => {
    await handle().terminate();
    await rig.close();
  });

  it('lands at once, answers a flush when everything is in the log, and shows the group where it is', async () => {
    expect(await flush()).toMatchObject({ landed: true });
    expect(await status()).toMatchObject({ rows: 2, deadLetters: 1, frontier: { 0: 3 }, paused: false, problem: null });
    expect(rig.eventLog.announced('test', rig.topic)).toMatchObject({ 0: 3 });
  });

  it('says why it cannot flush while it is paused, and goes on when resumed', async () => {
    await handle().signal('pause');
    rig.eventLog.append({ topic: rig.topic, partition: 1, values: [playAt(3, 2)] });
    expect(await flush()).toMatchObject({ landed: false, why: expect.stringContaining('paused') });
    await handle().signal('resume');
    expect(await flush()).toMatchObject({ landed: true });
    expect(await status()).toMatchObject({ rows: 3 });
  });

  it('cuts a backlog larger than a batch into batches that follow at once', async () => {
    rig.eventLog.append({ topic: rig.topic, partition: 0, values: Array.from({ length: 6_000 }, (_, item) => playAt(4, item)) });
    expect(await flush()).toMatchObject({ landed: true });
    expect(await status()).toMatchObject({ rows: 6_003 });
  });

  it('stops a partition that lost events, says which, and lands the others', async () => {
    rig.eventLog.append({ topic: rig.topic, partition: 1, values: [playAt(5, 0), playAt(5, 1)] });
    rig.eventLog.truncateTo(rig.topic, 1, 2);
    rig.eventLog.append({ topic: rig.topic, partition: 0, values: [playAt(6, 0)] });
    expect(await flush()).toMatchObject({ landed: false, why: expect.stringContaining('partition 1 lost [1, 2)') });
    expect(await status()).toMatchObject({ rows: 6_004, stopped: [{ partition: 1, from: 1, to: 2, reason: 'retention' }] });
  });

  it('refuses to give up anything but exactly what is lost, and goes on when it is that', async () => {
    const accept = (message: unknown) => handle().executeUpdate<LossAnswer, [unknown]>('acceptLoss', { args: [message] });
    expect(await accept('all of it')).toMatchObject({ accepted: false, why: expect.stringContaining('Example') });
    expect(await accept({ partition: 1, from: 1, to: 3 })).toMatchObject({
      accepted: false,
      why: expect.stringContaining(
        '[1, 3) is not what partition 1 is stopped at; partition 1 lost [1, 2), 1 offsets, to retention',
      ),
    });
    expect(await accept({ partition: 1, from: 1, to: 2 })).toMatchObject({ accepted: true });
    expect(await flush()).toMatchObject({ landed: true });
    expect(await status()).toMatchObject({ rows: 6_005, stopped: [], problem: null });
  });

  it('reads a topic that was made anew in its next epoch once that is accepted', async () => {
    rig.eventLog.recreate(rig.topic);
    rig.eventLog.append({ topic: rig.topic, partition: 0, values: [playAt(7, 0), playAt(7, 1)] });
    expect(await flush()).toMatchObject({ landed: false, why: expect.stringContaining('made anew') });
    const { stopped } = await status();
    const ranges = stopped.map(({ partition, from, to }) => ({ partition, from, to }));
    expect(await handle().executeUpdate<LossAnswer, [unknown]>('acceptLoss', { args: [ranges] })).toMatchObject({
      accepted: true,
    });
    expect(await flush()).toMatchObject({ landed: true });
    expect(await status()).toMatchObject({ rows: 6_007, epochs: { 0: 1, 1: 1 }, frontier: { 0: 2, 1: 0 } });
  });

  it('lands on when nobody can be told, and says so', async () => {
    rig.eventLog.append({ topic: rig.topic, partition: 0, values: [playAt(8, 0)] });
    rig.troubles.refusesProgress = true;
    expect(await flush()).toMatchObject({ landed: true });
    rig.troubles.refusesProgress = false;
    expect(await status()).toMatchObject({ rows: 6_008, problem: expect.stringContaining('landed, but not announced') });
  });
});
