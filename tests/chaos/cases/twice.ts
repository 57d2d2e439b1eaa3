import type { ChaosCase } from '../chaos-case.ts';
import type { Rig } from '../rig.ts';

/** The same work done twice: at once, or by one who comes back late. */
export const TWICE: readonly ChaosCase[] = [
  { name: 'two workers on the same segment at once', shakes: 'worker', run: twoAtOnce },
  { name: 'a zombie that comes back after another committed', shakes: 'worker', run: zombie },
];

/** The first worker's heartbeats are swallowed while it holds its file ready; the second then holds the same, and both put. */
async function twoAtOnce(rig: Rig): Promise<void> {
  const { next, setup } = rig;
  const topic = await rig.topic({ window: 1 });
  await topic.produce();
  const step = next.pick(['before reading', 'before a file is put', 'after a file is put'] as const);
  const lonely = { landSlots: 1, gate: { step, nth: 1 } } as const;
  const muted = await rig.worker({ ...lonely, mute: true }, 'first');
  await topic.startLanding();
  await muted.process.held(muted.id);
  const encoder = next.pick(['columnar', 'arrow'] as const);
  const twin = await rig.worker({ ...lonely, encoder, clockShiftMs: setup.clockShiftMs }, 'second');
  await twin.process.held(twin.id);
  const both = next.chance(0.5) ? [muted, twin] : [twin, muted];
  await Promise.all(both.map(({ process, id }) => process.order({ do: 'go on', id })));
  await topic.produce();
}

/** A stopped process goes on when what it was about to do has long been done by another. */
async function zombie(rig: Rig): Promise<void> {
  const { next, setup } = rig;
  const topic = await rig.topic();
  await topic.produce();
  const ends = await topic.ends();
  const step = next.pick(['before reading', 'before a file is put', 'before the commit is put', 'before announcing'] as const);
  const undead = await rig.ownWorker({ gate: { step, nth: next.int(1, 2) } });
  await topic.startLanding();
  await undead.process.held(undead.id);
  undead.process.stop();
  const risen = undead.process.order({ do: 'go on', id: undead.id });
  await rig.worker({ clockShiftMs: setup.clockShiftMs });
  await topic.reaches(ends);
  undead.process.goOn();
  await risen;
  await undead.process.order({ do: 'leave', id: undead.id });
  await topic.produce();
}
