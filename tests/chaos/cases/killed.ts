import type { ChaosCase } from '../chaos-case.ts';
import { STEPS, type Step } from '../orders.ts';
import type { Rig } from '../rig.ts';

/** Workers killed at each step of a batch. */
export const KILLED: readonly ChaosCase[] = STEPS.map((step) => ({
  name: `a worker killed ${step}`,
  shakes: 'worker',
  run: (rig) => killedAt(rig, step),
}));

async function killedAt(rig: Rig, step: Step): Promise<void> {
  const { next, setup } = rig;
  const topic = await rig.topic();
  await topic.produce();
  const doomed = await rig.ownWorker({ gate: { step, nth: next.int(1, 2) } });
  await topic.startLanding();
  await doomed.process.held(doomed.id);
  if (next.chance(0.5)) await topic.produce();
  await doomed.process.kill();
  expect(doomed.process.child.signalCode).toBe('SIGKILL');
  await rig.worker({ clockShiftMs: setup.clockShiftMs });
  await topic.produce();
}
