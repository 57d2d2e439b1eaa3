import type { Frontier } from '../../../core/landing/commit.ts';
import { reached } from '../../../core/landing/rules.ts';
import type { ChaosCase } from '../chaos-case.ts';
import type { LandedTopic } from '../landed-topic.ts';
import type { Rig } from '../rig.ts';

/** What must not keep a topic from being landed. */
export const NEIGHBOURS: readonly ChaosCase[] = [
  { name: 'a poisoned topic and one that catches up beside a live one', shakes: 'worker', run: besides },
  { name: 'a catalogue that takes no announcement', shakes: 'worker', run: (rig) => unannounced(rig, 'catalogue') },
  { name: 'a broker that refuses the group', shakes: 'worker', run: (rig) => unannounced(rig, 'group') },
];

/** The live topic's flush is answered before the backlog is through: order, whatever the time. */
async function besides(rig: Rig): Promise<void> {
  const { next } = rig;
  const live = await rig.topic({ misfits: 0, round: next.int(1, 60) });
  const backlog = await rig.topic({ round: 40 * rig.setup.segmentEvents * rig.setup.batchSegments, padding: 0 });
  const poisoned = await rig.topic({ misfits: 1 });
  for (const topic of [backlog, poisoned]) await topic.produce();
  const ends = await backlog.ends();
  await rig.worker();
  for (const topic of [backlog, poisoned, live]) await topic.startLanding();
  await backlog.until(
    async () => Object.values(await backlog.frontier()).some((offset) => offset > 0),
    () => 'nothing is landed',
  );
  await live.produce();
  expect(await live.flush()).toMatchObject({ landed: true });
  expect(reached(await backlog.frontier(), ends)).toBe(false);
  await poisoned.landed();
  expect(await poisoned.status()).toMatchObject({ rows: 0, problem: null, stopped: [] });
}

/** It lands, says that nobody heard of it, and makes up for it once it is heard. */
async function unannounced(rig: Rig, refuses: 'catalogue' | 'group'): Promise<void> {
  const topic = await rig.topic();
  await topic.produce();
  const { process, id } = await rig.worker({ refuses });
  await topic.startLanding();
  await topic.landed();
  await topic.until(
    async () => ((await topic.status()).problem ?? '').startsWith('landed, but not announced'),
    () => 'the status does not say that nothing was announced',
  );
  await process.order({ do: 'heal', id });
  await topic.produce();
  await topic.landed();
  await topic.until(
    async () => (await topic.status()).problem === null,
    () => 'the status still says that nothing was announced',
  );
  const wanted = topic.ledger.wanted().length;
  let announced = 0;
  await topic.until(
    async () => (announced = await announcedEvents(rig, topic)) >= wanted,
    () => `the catalogue holds ${String(announced)} of ${String(wanted)} events`,
  );
  expect(announced).toBe(wanted);
  const frontier = await topic.frontier();
  const broker = await rig.stage.broker();
  let shown: Frontier = {};
  await topic.until(
    async () => reached((shown = await broker.committed(rig.name, topic.name)), frontier),
    () => `the group is shown at ${JSON.stringify(shown)}, not where the log is`,
  );
}

async function announcedEvents(rig: Rig, topic: LandedTopic): Promise<number> {
  const landed = await rig.catalogued(topic);
  return landed.reduce((total, { rows, deadLetters }) => total + rows + deadLetters, 0);
}
