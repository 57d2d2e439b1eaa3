import { ensureTopics } from '../adapters/kafka/topics.ts';
import { listenEvents, type BenchEvent } from './events.ts';
import { produce } from './produce.ts';
import { recordBatch } from './record-batch.ts';
import { openWire } from './wire.ts';

/** What to fill a topic with. */
export interface Backlog {
  readonly address: string;
  readonly topic: string;
  readonly partitions: number;
  readonly events: number;
  readonly badShare: number;
  readonly seed: number;
}

/** What was sent: `bytes` of values alone; `bad` events that their contract refuses; `ends` by partition. */
export interface Filled {
  readonly events: number;
  readonly bytes: number;
  readonly bad: number;
  readonly ends: readonly number[];
}

/** About a megabyte, the largest batch that a broker takes. */
const BATCH_EVENTS = 2_000;
const TEN_YEARS_MS = 10 * 365 * 86_400_000;

/** Makes the topic and sends it the backlog, spread evenly over its partitions. `onProgress` is told how many events were sent. */
export async function fillTopic(backlog: Backlog, onProgress: (sent: number) => void): Promise<Filled> {
  const { address, topic, partitions, events, badShare, seed } = backlog;
  await ensureTopics({ brokers: [address], topics: [{ name: topic, partitions }], retentionMs: TEN_YEARS_MS });
  const wire = await openWire(address);
  const made = listenEvents({ seed, badShare });
  const tally = { events: 0, bytes: 0, bad: 0, ends: Array.from({ length: partitions }, () => 0) };
  let before = Promise.resolve();
  for (let round = 0; tally.events < events; round += 1) {
    const partition = round % partitions;
    const values = take(made, Math.min(BATCH_EVENTS, events - tally.events), tally);
    tally.ends[partition] = (tally.ends[partition] ?? 0) + values.length;
    const sent = produce(wire, { topic, partition }, recordBatch(values, Date.now()));
    await before;
    before = sent;
    onProgress(tally.events);
  }
  await before;
  wire.close();
  return tally;
}

function take(
  made: Generator<BenchEvent, never>,
  count: number,
  tally: { events: number; bytes: number; bad: number },
): readonly Buffer[] {
  return Array.from({ length: count }, () => {
    const { value, bad } = made.next().value;
    const bytes = Buffer.from(value);
    tally.events += 1;
    tally.bytes += bytes.length;
    tally.bad += bad ? 1 : 0;
    return bytes;
  });
}
