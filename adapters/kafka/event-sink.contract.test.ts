import { SoundFlowError } from '../../core/errors.ts';
import type { EventSink } from '../../core/ports/event-sink.ts';
import { recordsOf } from '../../core/records.ts';
import { describeEventSink, someEvents, type EventSinkUnderTest } from '../contract/event-sink.ts';
import { createKafkaEventLog } from './event-log.ts';
import { createKafkaEventSink } from './event-sink.ts';
import { connectTestBroker, type TestBroker } from './test-broker.ts';
import { createTopics } from './topics.ts';

let broker: TestBroker;
const sinks: EventSink[] = [];

beforeAll(async () => {
  broker = await connectTestBroker();
}, 30_000);
afterAll(async () => {
  for (const sink of sinks) await sink.close();
  await broker.close();
});

async function openSink(topics: readonly string[]): Promise<EventSink> {
  const sink = await createKafkaEventSink({ brokers: broker.brokers, clientId: 'soundflow-test-sink', topics });
  sinks.push(sink);
  return sink;
}

/** Values by partition, and the record times. */
async function readTopic(topic: string) {
  const log = createKafkaEventLog({ brokers: broker.brokers, clientId: 'soundflow-test-log' });
  const values = new Map<number, string[]>();
  const times: number[] = [];
  for (const { partition, start, end } of await log.offsets(topic)) {
    for await (const chunk of log.read(topic, { partition, from: start, to: end })) {
      const records = [...recordsOf(chunk)];
      const texts = records.map(({ value }) => Buffer.from(value ?? []).toString());
      values.set(partition, [...(values.get(partition) ?? []), ...texts]);
      times.push(...records.map(({ timestamp }) => timestamp));
    }
  }
  await log.close();
  return { values, times };
}

async function open(): Promise<EventSinkUnderTest> {
  const topics = [await broker.newTopic(), await broker.newTopic()] as const;
  return {
    sink: await openSink(topics),
    topics,
    reopen: () => openSink(topics),
    read: async (topic) => (await readTopic(topic)).values,
  };
}

describeEventSink('kafka', open);

describe('kafka', () => {
  it('finds its newest events behind those of others', async () => {
    const { sink, topics } = await open();
    await sink.send(someEvents(topics, { count: 90 }), 'mark');
    const before = await sink.positions(topics);
    expect(before.length).toBe(4);
    const foreign = Array.from({ length: 1500 }, (_, index) => `not ours ${String(index)}`);
    await broker.send(topics[0], 0, { values: foreign });
    await broker.send(topics[0], 1, { values: [...foreign.slice(0, 150), null], gzip: true });
    expect(await sink.positions(topics)).toEqual(before);
  });

  it('knows no position where there are only events of others', async () => {
    const { sink, topics } = await open();
    await broker.send(topics[0], 0, { values: ['not ours'] });
    expect(await sink.positions(topics)).toEqual([]);
  });

  it('stamps records with the time of sending, whatever the time of the event', async () => {
    const { sink, topics } = await open();
    const before = Date.now();
    await sink.send(
      someEvents(topics, { count: 9 }).map((event, index) => ({
        ...event,
        timestamp: index % 2 === 0 ? 1 : before + 9_000_000_000,
      })),
      'mark',
    );
    const { times } = await readTopic(topics[0]);
    expect(times.length).toBe(6);
    for (const time of times) {
      expect(time).toBeGreaterThanOrEqual(before);
      expect(time).toBeLessThanOrEqual(Date.now());
    }
  });

  it('sends more than a broker takes at once', async () => {
    const { sink, topics, read } = await open();
    const [topic] = topics;
    const large = someEvents(topics, { count: 900 }).map((event) => ({
      ...event,
      topic,
      key: '1',
      value: `${event.value}${' '.repeat(4000)}`,
    }));
    expect(await sink.send(large, 'mark')).toEqual({ [topic]: 900 });
    expect(await read(topic)).toEqual(new Map([[sink.partitionOf(topic, '1'), large.map(({ value }) => value)]]));
  });

  it('says which topics are missing', async () => {
    const opening = createKafkaEventSink({ brokers: broker.brokers, clientId: 'soundflow-test', topics: ['no-such-topic'] });
    await expect(opening).rejects.toThrow(/no-such-topic.*Create/);
    await expect(opening).rejects.toBeInstanceOf(SoundFlowError);
  });

  it('takes no more after a send that failed', async () => {
    const topic = await broker.newTopic();
    const narrow = `${topic}-narrow`;
    const limit = [{ name: 'max.message.bytes', value: '2000' }];
    await createTopics(broker.admin, [{ topic: narrow, numPartitions: 1, configEntries: limit }]);
    const sink = await openSink([topic, narrow]);
    const events = someEvents([topic, narrow], { count: 6 });
    const tooLarge = events.map((event) => ({ ...event, value: ' '.repeat(3000) }));
    await expect(sink.send(tooLarge, 'mark')).rejects.toThrow(/6 events were not acknowledged/);
    await expect(sink.send(events, 'mark')).rejects.toThrow(/Open a new sink/);
  });
});
