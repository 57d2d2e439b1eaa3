import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { BackfillProgress, BackfillsStatus } from '../../core/backfill-status.ts';
import { addHours, hourOf } from '../../core/hours.ts';
import type { FlushAnswer } from '../../core/landing/status.ts';
import { landingOf } from '../../workers/always-there.ts';
import { openWorkflowRig, playAt, type WorkflowRig } from './rig.ts';

jest.setTimeout(180_000);

const run = promisify(execFile);
const temporal = (...args: string[]) => cli('TEST_TEMPORAL_BINARY', args);
const tctl = (...args: string[]) => cli('TEST_TCTL_BINARY', args);

async function cli(variable: string, args: readonly string[]): Promise<string> {
  const binary = process.env[variable];
  const address = process.env.TEST_TEMPORAL_ADDRESS ?? '';
  if (binary === undefined) throw new Error(`${variable} is not set: run through jest’s project "server"`);
  const { stdout } = await run(binary, [...args], {
    env: { ...process.env, TEMPORAL_ADDRESS: address, TEMPORAL_CLI_ADDRESS: address },
  });
  return stdout;
}

/** Asks until the answer is wanted; the server tells of nothing by itself. */
async function until<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`still ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

describe('runs on a real server', () => {
  let rig: WorkflowRig;
  const now = hourOf(Date.now());
  const doomed = addHours(now, -5);
  const request = (more: object = {}) => ({
    assets: [`stg_${rig.topic}`],
    from: addHours(now, -2),
    to: addHours(now, 1),
    concurrency: 2,
    ...more,
  });
  const rowsNow = () => rig.warehouse.loadOf(`staging.${rig.topic}`, now)?.files.reduce((sum, file) => sum + file.rows, 0);
  const backfillsId = 'backfills';
  const status = () => rig.client.workflow.getHandle(backfillsId).query<BackfillsStatus>('status');
  const ended = (id: string) =>
    until(status, ({ requests }) => requests.some((it) => it.id === id && it.state !== 'running')).then(({ requests }) =>
      requests.find((it) => it.id === id),
    );

  beforeAll(async () => {
    rig = await openWorkflowRig(new Set([doomed]));
    rig.eventLog.append({ topic: rig.topic, partition: 0, values: [playAt(1, 0), playAt(2, 1)] });
    const { taskQueue } = rig;
    await rig.client.workflow.start('landTopic', landingOf(rig.topic, taskQueue));
    await rig.client.workflow.getHandle(`land/${rig.topic}`).executeUpdate<FlushAnswer, []>('flush');
    await rig.client.workflow.start('backfills', { workflowId: backfillsId, taskQueue, args: [{ requests: [], waiting: [] }] });
  });

  afterAll(async () => {
    await rig.client.workflow.getHandle(`land/${rig.topic}`).terminate();
    await rig.client.workflow.getHandle(backfillsId).terminate();
    await rig.close();
  });

  it('a backfill signalled by temporal loads its hours, in a child of its own with progress', async () => {
    await temporal(
      'workflow',
      'signal',
      '-w',
      backfillsId,
      '--name',
      'requestBackfill',
      '--input',
      JSON.stringify(request({ id: 'by-temporal', descendants: true })),
    );
    expect(await ended('by-temporal')).toMatchObject({ state: 'succeeded' });
    const progress = await rig.client.workflow.getHandle('backfill/by-temporal').query<BackfillProgress>('progress');
    expect(progress).toMatchObject({ total: 3, done: 3, failed: 0, state: 'succeeded' });
    expect(rowsNow()).toBe(2);
  });

  it('the same hours loaded again, asked for by tctl, change nothing', async () => {
    const before = rig.warehouse.loadOf(`staging.${rig.topic}`, now);
    await tctl(
      'workflow',
      'signal',
      '-w',
      backfillsId,
      '-n',
      'requestBackfill',
      '-i',
      JSON.stringify(request({ id: 'by-tctl' })),
    );
    expect(await ended('by-tctl')).toMatchObject({ state: 'succeeded' });
    const run: unknown = expect.stringContaining('by-tctl');
    expect(rig.warehouse.loadOf(`staging.${rig.topic}`, now)).toEqual({ ...before, run });
  });

  it('a bad request is answered in the status and harms nothing, also one that is no JSON', async () => {
    const handle = rig.client.workflow.getHandle(backfillsId);
    await handle.signal('requestBackfill', { assets: ['stg_unknown'], from: now, to: addHours(now, 1), id: 'unknown-asset' });
    await handle.signal('requestBackfill', 'nonsense');
    const { requests } = await until(status, (it) => it.requests.filter((one) => one.state === 'rejected').length === 2);
    const messages = requests.filter((it) => it.state === 'rejected').map((it) => it.message);
    expect(messages.join('\n')).toMatch(/"stg_unknown"/);
    expect(messages.join('\n')).toMatch(/one JSON object; got "nonsense"/);
    await rig.client.workflowService.signalWorkflowExecution({
      namespace: 'default',
      workflowExecution: { workflowId: backfillsId },
      signalName: 'requestBackfill',
      input: { payloads: [{ metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('{broken') }] },
    });
    await until(status, (it) => it.requests.filter((one) => one.state === 'rejected').length === 3);
  });

  it('a signal sent twice is one backfill', async () => {
    const handle = rig.client.workflow.getHandle(backfillsId);
    for (let times = 0; times < 2; times += 1) await handle.signal('requestBackfill', request({ id: 'twice' }));
    expect(await ended('twice')).toMatchObject({ state: 'succeeded' });
    expect((await status()).requests.filter((it) => it.id === 'twice')).toHaveLength(1);
  });

  it('the schedule is described, paused, triggered and backfilled by temporal and by tctl', async () => {
    const { ScheduleOverlapPolicy } = await import('@temporalio/client');
    const scheduleId = `soundflow-hourly-${rig.topic}`;
    await rig.client.schedule.create({
      scheduleId,
      spec: { intervals: [{ every: '1 hour', offset: '5 minutes' }] },
      action: { type: 'startWorkflow', workflowType: 'hourly', workflowId: scheduleId, taskQueue: rig.taskQueue, args: [] },
      policies: { overlap: ScheduleOverlapPolicy.BUFFER_ONE },
    });
    const schedule = rig.client.schedule.getHandle(scheduleId);
    const taken = () =>
      until(
        () => schedule.describe(),
        ({ info }) => info.runningActions.length === 0,
      );
    expect(await temporal('schedule', 'describe', '--schedule-id', scheduleId)).toContain('hourly');
    expect(await tctl('schedule', 'describe', '--sid', scheduleId)).toContain('hourly');
    await tctl('schedule', 'toggle', '--sid', scheduleId, '--pause', '--reason', 'a test');
    expect((await schedule.describe()).state.paused).toBe(true);
    await temporal('schedule', 'toggle', '--schedule-id', scheduleId, '--unpause', '--reason', 'a test');
    expect((await schedule.describe()).state.paused).toBe(false);
    await temporal('schedule', 'trigger', '--schedule-id', scheduleId);
    await tctl('schedule', 'trigger', '--sid', scheduleId);
    const before = rowsNow();
    const due = addHours(now, -48);
    const times = [`${due}:00:00Z`, `${due}:30:00Z`];
    await temporal(
      'schedule',
      'backfill',
      '--schedule-id',
      scheduleId,
      '--start-time',
      times[0] ?? '',
      '--end-time',
      times[1] ?? '',
      '--overlap-policy',
      'BufferAll',
    );
    await tctl(
      'schedule',
      'backfill',
      '--sid',
      scheduleId,
      '--start_time',
      times[0] ?? '',
      '--end_time',
      times[1] ?? '',
      '--overlap_policy',
      'BufferAll',
    );
    const runs = () => rig.deps.catalog.runs(50).then((all) => all.filter((it) => it.kind === 'hourly'));
    const hourly = await until(runs, (all) => all.length >= 3 && all.every((it) => it.status !== 'running'));
    expect(hourly.every((it) => it.status === 'succeeded')).toBe(true);
    expect((await taken()).info.numActionsTaken).toBeGreaterThanOrEqual(3);
    expect(rowsNow()).toBe(before);
    await schedule.delete();
  });

  it('a backfill with an hour that cannot be loaded loads the others, shows its progress, and ends when cancelled', async () => {
    await rig.client.workflow
      .getHandle(backfillsId)
      .signal('requestBackfill', request({ id: 'doomed', from: doomed, to: addHours(doomed, 2) }));
    const progress = () => rig.client.workflow.getHandle('backfill/doomed').query<BackfillProgress>('progress');
    await until(status, ({ requests }) => requests.some((it) => it.id === 'doomed'));
    expect(await until(progress, (it) => it.running.length === 1 && it.done === 1)).toMatchObject({ total: 2, done: 1 });
    await rig.client.workflow.getHandle('backfill/doomed').cancel();
    expect(await ended('doomed')).toMatchObject({ state: 'cancelled' });
  });
});
