import { connectBroker } from '../broker.ts';
import type { ChaosCase } from '../chaos-case.ts';
import { ownBroker, ownTemporal, type Engine } from '../engines.ts';
import type { Rig } from '../rig.ts';

/** Engines that die and come back. Each case has its own. */
export const ENGINES: readonly ChaosCase[] = [
  { name: 'Temporal killed and started again', shakes: 'engine', run: temporalKilled },
  { name: 'Temporal restored from an older copy', shakes: 'engine', run: temporalRestored },
  { name: 'the broker killed and started again', shakes: 'engine', run: brokerKilled },
];

const HOUR_MS = 3_600_000;

async function withOwnTemporal(rig: Rig): Promise<Engine> {
  const server = await ownTemporal(rig.home);
  rig.ending(() => server.close());
  await server.start();
  rig.temporal = server.address;
  return server;
}

async function temporalKilled(rig: Rig): Promise<void> {
  const { next } = rig;
  const server = await withOwnTemporal(rig);
  const topic = await rig.topic();
  await topic.produce();
  const step = next.pick(['before planning', 'after a file is put', 'after the commit is put', 'before announcing'] as const);
  const { process, id } = await rig.ownWorker({ gate: { step, nth: next.int(1, 2) } });
  await topic.startLanding();
  await process.held(id);
  await server.kill();
  if (next.chance(0.5)) await process.order({ do: 'go on', id });
  await topic.produce();
  await server.start();
  await process.order({ do: 'go on', id });
  await process.order({ do: 'shift clock', id, ms: HOUR_MS });
  await topic.produce();
}

/** The log is an hour ahead of what the server remembers. */
async function temporalRestored(rig: Rig): Promise<void> {
  const { next } = rig;
  const server = await withOwnTemporal(rig);
  const topic = await rig.topic();
  await topic.produce();
  const first = await rig.ownWorker();
  await topic.startLanding();
  if (next.chance(0.5)) await topic.landed();
  await server.stop();
  await server.backUp();
  await server.start();
  await first.process.order({ do: 'shift clock', id: first.id, ms: HOUR_MS });
  await topic.produce();
  await topic.landed();
  if (next.chance(0.5)) await first.process.kill();
  await server.stop();
  await server.restore();
  await server.start();
  await topic.produce();
  await rig.ownWorker({ clockShiftMs: next.pick([0, HOUR_MS, 2 * HOUR_MS]) });
}

async function brokerKilled(rig: Rig): Promise<void> {
  const { next, setup } = rig;
  const engine = await ownBroker(rig.home);
  rig.ending(() => engine.close());
  await engine.start();
  const broker = await connectBroker([engine.address]);
  rig.ending(() => broker.close());
  rig.broker = broker;
  const topic = await rig.topic();
  await topic.produce();
  const step = next.pick(['before planning', 'before reading', 'before the commit is put', 'before announcing'] as const);
  const { process, id } = await rig.ownWorker({ gate: { step, nth: next.int(1, 2) } });
  await topic.startLanding();
  await process.held(id);
  await engine.kill();
  await process.order({ do: 'go on', id });
  await engine.start();
  await topic.produce();
  await topic.landed();
  await process.order({ do: 'shift clock', id, ms: setup.clockShiftMs });
  await engine.kill();
  await engine.start();
  await topic.produce();
}
