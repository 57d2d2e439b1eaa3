import { randomUUID } from 'node:crypto';
import type { ChaosCase } from '../chaos-case.ts';
import type { LandedTopic } from '../landed-topic.ts';
import type { Placed, Rig } from '../rig.ts';

/** What an operator may do to a landing workflow, and two of them that know nothing of each other; each across an hour boundary. */
export const WORKFLOW: readonly ChaosCase[] = [
  { name: 'a landing workflow reset', shakes: 'worker', run: (rig) => acrossTheHour(rig, reset) },
  { name: 'a landing workflow terminated and started', shakes: 'worker', run: (rig) => acrossTheHour(rig, startAgain) },
  { name: 'two clusters on one lake', shakes: 'worker', run: twoClusters },
];

const HOUR_MS = 3_600_000;

async function acrossTheHour(rig: Rig, act: (rig: Rig, topic: LandedTopic) => Promise<void>): Promise<void> {
  const { next } = rig;
  const topic = await rig.topic();
  const worker = await rig.worker();
  await topic.produce();
  await topic.startLanding();
  if (next.chance(0.5)) await topic.landed();
  else
    await topic.until(
      async () => (await topic.commits.newest(topic.name, 0)) !== null,
      () => 'there is no commit',
    );
  for (let hour = 1; hour <= next.int(1, 2); hour += 1) {
    await topic.produce();
    await shift(worker, hour * HOUR_MS);
    await act(rig, topic);
    await topic.landed();
    await anotherHourCame(topic, hour);
  }
  await topic.produce();
}

/** The log has come to as many hours more as the clock was shifted by; a tick without events closes an hour too. */
async function anotherHourCame(topic: LandedTopic, shifted: number): Promise<void> {
  await topic.until(
    async () => new Set((await topic.log()).map(({ hour }) => hour)).size > shifted,
    () => 'the log stays in its hour',
  );
}

async function shift({ process, id }: Placed, ms: number): Promise<void> {
  await process.order({ do: 'shift clock', id, ms });
}

/** Takes the workflow back to one of its tasks, so that it forgets all it did since. */
async function reset({ stage, temporal, next }: Rig, topic: LandedTopic): Promise<void> {
  const client = await stage.client(temporal);
  const handle = await topic.handle();
  const { events } = await handle.fetchHistory();
  const finished = (events ?? []).flatMap(({ eventId, workflowTaskCompletedEventAttributes: done }) =>
    done && eventId ? [eventId] : [],
  );
  await client.workflowService.resetWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId: handle.workflowId },
    reason: 'a test',
    workflowTaskFinishEventId: next.pick(finished),
    requestId: randomUUID(),
  });
}

async function startAgain(_rig: Rig, topic: LandedTopic): Promise<void> {
  await topic.endLanding();
  await topic.startLanding();
}

/** Each cluster has a server, a workflow and a worker of its own, and a clock that another hour has come to. */
async function twoClusters(rig: Rig): Promise<void> {
  const { next, stage, temporal } = rig;
  const topic = await rig.topic();
  const other = await stage.otherTemporal();
  await topic.produce();
  const one = await rig.worker({}, 'first');
  const two = await rig.worker({ address: other, clockShiftMs: next.pick([0, HOUR_MS, -HOUR_MS]) }, 'second');
  await Promise.all([temporal, other].map((server) => topic.startLanding(server)));
  for (let round = 0; round < 2; round += 1) {
    await topic.produce();
    await topic.landed();
    await shift(next.pick([one, two]), (round + 2) * HOUR_MS);
  }
  await anotherHourCame(topic, 1);
  await topic.produce();
}
