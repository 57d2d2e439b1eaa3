import { connectBroker } from '../broker.ts';
import type { ChaosCase } from '../chaos-case.ts';
import type { LossReason } from '../../../core/landing/commit.ts';
import type { StoppedPartition } from '../../../core/landing/life.ts';
import type { LandedTopic } from '../landed-topic.ts';
import { memoryBroker } from '../memory-broker.ts';
import type { Rig } from '../rig.ts';
import { needed } from '../stage.ts';

/** What the broker loses. Landing stops there, says so, and goes on only when exactly that is accepted. */
export const LOSS: readonly ChaosCase[] = [
  { name: 'retention passes the checkpoint', shakes: 'worker', run: (rig) => retention(rig, 'between batches') },
  {
    name: 'retention passes the checkpoint within a segment',
    shakes: 'worker',
    run: (rig) => retention(rig, 'within a segment'),
  },
  { name: 'a topic made anew', shakes: 'worker', run: recreated },
  { name: 'a partition cut off and written again', shakes: 'worker', run: rewound },
];

const PARTITIONS = 3;

async function retention(rig: Rig, when: 'between batches' | 'within a segment'): Promise<void> {
  const { next } = rig;
  const topic = await rig.topic({ partitions: PARTITIONS, transactions: false, window: 1 });
  const partition = next.int(0, PARTITIONS - 1);
  await topic.produce();
  const first = await rig.worker();
  await topic.startLanding();
  await topic.landed();
  await rig.leave(first);
  const from = (await topic.frontier())[String(partition)] ?? 0;
  await topic.send(partition, topic.ledger.make(40, topic.setup, next));
  const to = from + next.int(1, 40);
  const broker = await rig.stage.broker();
  if (when === 'within a segment') {
    const reading = await rig.ownWorker({ gate: { step: 'before reading', nth: 1 } });
    await reading.process.held(reading.id);
    await broker.deleteBefore(topic.name, partition, to);
    await reading.process.order({ do: 'go on', id: reading.id });
  } else {
    await broker.deleteBefore(topic.name, partition, to);
    await rig.worker();
  }
  topic.ledger.lose({ partition, from, to });
  await goesOnWhenAccepted(rig, topic, [{ partition, from, to, reason: 'retention' }]);
}

/** Over a connection of its own: one that looks for a topic while there is none fails for all its topics. */
async function recreated(rig: Rig): Promise<void> {
  const broker = await connectBroker(needed('TEST_KAFKA_BROKERS').split(','));
  rig.ending(() => broker.close());
  rig.broker = broker;
  const topic = await rig.topic({ partitions: PARTITIONS });
  await topic.produce();
  const first = await rig.worker();
  await topic.startLanding();
  await topic.landed();
  const landed = await topic.frontier();
  await rig.leave(first);
  await broker.recreate(topic.name, PARTITIONS);
  const stops = Object.entries(landed).flatMap(([partition, to]): StoppedPartition[] =>
    to === 0 ? [] : [{ partition: Number(partition), from: 0, to, reason: 'recreated' }],
  );
  stops.forEach(({ partition }) => {
    topic.ledger.openEpoch(partition);
  });
  await topic.produce(rig.next.int(1, 200));
  await rig.worker();
  await goesOnWhenAccepted(rig, topic, stops);
}

/** A broker that comes back without its newest records and gives their offsets to others; in memory, as a real one hardly can be made to. */
async function rewound(rig: Rig): Promise<void> {
  const { next } = rig;
  const host = await rig.stage.host('first');
  const memory = memoryBroker(PARTITIONS, (order) => host.order(order));
  rig.broker = memory;
  const topic = await rig.topic({ partitions: PARTITIONS, transactions: false, misfits: 0 });
  const { id } = await rig.worker();
  memory.held(id);
  await topic.produce();
  for (let partition = 0; partition < PARTITIONS; partition += 1)
    await topic.send(partition, topic.ledger.make(2, topic.setup, next));
  await topic.startLanding();
  await topic.landed();
  const partition = next.int(0, PARTITIONS - 1);
  const to = (await topic.frontier())[String(partition)] ?? 0;
  const cut = to - next.int(1, to);
  const log = await topic.log();
  const joints = log.map(({ after }) => after[String(partition)] ?? 0).filter((offset) => offset <= cut);
  const from = Math.max(...joints);
  await memory.rewind(topic.name, partition, cut);
  topic.ledger.reread(partition, from, cut);
  await goesOnWhenAccepted(rig, topic, [{ partition, from, to, reason: 'rewound' }]);
}

/** Waits for the stops, has everything but them refused in words, accepts them, and looks for them in the log. */
async function goesOnWhenAccepted(rig: Rig, topic: LandedTopic, stops: readonly StoppedPartition[]): Promise<void> {
  const [stop] = stops;
  if (stop === undefined) throw new Error('nothing is lost');
  await topic.until(
    async () => (await topic.status()).stopped.length > 0,
    () => 'no partition is stopped',
  );
  expect((await topic.status()).stopped).toEqual(stops);
  await othersGoOn(topic, stops);
  await refusedInWords(topic, stop);
  const ranges = stops.map(({ partition, from, to }) => ({ partition, from, to }));
  expect(await topic.acceptLoss(ranges.length === 1 ? ranges[0] : ranges)).toMatchObject({ accepted: true });
  await topic.landed();
  await topic.until(
    async () => (await topic.status()).stopped.length === 0,
    () => 'it is still stopped',
  );
  await topic.produce();
  await topic.landed();
  const log = await topic.log();
  expect(log.flatMap(({ losses }) => losses)).toEqual(stops.map((it) => ({ ...it, epoch: 0 })));
  const lost = stop.reason === 'retention' ? stop.to - stop.from : 0;
  expect(log.reduce((sum, { counts }) => sum + counts.lost, 0)).toBe(lost);
  await topic.until(
    async () => (await rig.catalogued(topic)).reduce((sum, hour) => sum + hour.lost, 0) === lost,
    () => `the catalogue does not show ${String(lost)} lost`,
  );
  expect(await epochsOf(topic)).toEqual(epochsAfter(stops, stop.reason));
}

async function othersGoOn(topic: LandedTopic, stops: readonly StoppedPartition[]): Promise<void> {
  await topic.produce();
  const ends = await topic.ends();
  const others = Object.entries(ends).filter(([key]) => !stops.some(({ partition }) => String(partition) === key));
  await topic.reaches(Object.fromEntries(stops.some(({ reason }) => reason === 'recreated') ? [] : others));
}

async function refusedInWords(topic: LandedTopic, { partition, from, to }: StoppedPartition): Promise<void> {
  const wrong = [{ partition, from, to: to + 1 }, { partition: 99, from, to }, { partition, from }, 'all of it'];
  for (const message of wrong) {
    expect(await topic.acceptLoss(message)).toMatchObject({ accepted: false, why: expect.stringMatching(/\w+ \w+ \w+/) });
  }
}

async function epochsOf(topic: LandedTopic): Promise<Readonly<Record<string, number>>> {
  return (await topic.commits.newest(topic.name, 0))?.standing.epochs ?? {};
}

function epochsAfter(stops: readonly StoppedPartition[], reason: LossReason): Readonly<Record<string, number>> {
  return reason === 'retention' ? {} : Object.fromEntries(stops.map(({ partition }) => [String(partition), 1]));
}
