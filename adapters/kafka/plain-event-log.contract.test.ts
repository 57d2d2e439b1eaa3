import { setTimeout as wait } from 'node:timers/promises';
import fc from 'fast-check';
import { CompressionTypes, type Message } from 'kafkajs';
import type { EventLog, OffsetRange } from '../../core/ports/event-log.ts';
import { describeEventLog, readAll, readTexts } from '../contract/event-log.ts';
import { createKafkaEventLog } from './event-log.ts';
import { createPlainEventLog } from './plain-event-log.ts';
import { connectTestBroker, type TestBroker } from './test-broker.ts';
import { breakingProxy } from './test-proxy.ts';

const CODECS = ['uncompressed', 'gzip', 'snappy', 'lz4', 'zstd'] as const;

let broker: TestBroker;
let fast: EventLog;
let plain: EventLog;

beforeAll(async () => {
  broker = await connectTestBroker();
  const settings = { brokers: broker.brokers, clientId: 'soundflow-test' };
  fast = createKafkaEventLog({ ...settings, fetchBytes: 20_000 });
  plain = createPlainEventLog(settings);
}, 30_000);
afterAll(async () => {
  await Promise.all([fast.close(), plain.close()]);
  await broker.close();
});

describeEventLog('kafkajs alone', () => broker.open({}, createPlainEventLog));

const text = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.constantFrom('', 'x'.repeat(3_000), '{"song":"Ólafur Arnalds – Næturljós"}'),
);
const message = fc.record({
  key: fc.option(text),
  value: fc.option(text),
  timestamp: fc.nat({ max: 1_700_000_000 }).map((seconds) => String(1_000 * seconds)),
  headers: fc.dictionary(fc.string({ minLength: 1, maxLength: 5 }), text, { maxKeys: 3 }),
});
const messages = fc.array(message, { minLength: 1, maxLength: 12 });
const action = fc.record({ kind: fc.constantFrom('send', 'gzip', 'commit', 'abort'), messages });

interface Action {
  readonly kind: string;
  readonly messages: readonly Message[];
}

async function carryOut(topic: string, actions: readonly Action[]): Promise<void> {
  const transactional = await broker.transactional();
  for (const { kind, messages: wanted } of actions) {
    const sent = { topic, messages: wanted.map((one) => ({ ...one, partition: 0 })) };
    if (kind === 'send' || kind === 'gzip') {
      await broker.producer.send({ ...sent, compression: kind === 'gzip' ? CompressionTypes.GZIP : CompressionTypes.None });
      continue;
    }
    const transaction = await transactional.transaction();
    await transaction.send(sent);
    await (kind === 'commit' ? transaction.commit() : transaction.abort());
  }
}

async function expectSame(topic: string, range: OffsetRange): Promise<void> {
  const [ours, theirs] = [await readAll(fast, topic, range), await readAll(plain, topic, range)];
  const shown = ({ records }: typeof ours) => records.map((record) => ({ ...record, value: record.value && [...record.value] }));
  expect(shown(ours)).toEqual(shown(theirs));
}

describe('both readers', () => {
  it.each(CODECS)(
    'read the same from any topic of %s',
    async (codec) => {
      await fc.assert(
        fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 6 }), fc.nat(60), fc.nat(60), async (actions, a, b) => {
          const topic = await broker.newTopic({ 'compression.type': codec, 'retention.ms': '-1' });
          await carryOut(topic, actions);
          const end = (await fast.offsets(topic))[0]?.end ?? 0;
          await expectSame(topic, { partition: 0, from: 0, to: end });
          await expectSame(topic, { partition: 0, from: Math.min(a, b, end), to: Math.min(Math.max(a, b), end) });
        }),
        { numRuns: 6, endOnFailure: true },
      );
    },
    120_000,
  );

  it('read the same from a topic that was compacted', async () => {
    const topic = await broker.newTopic({
      'cleanup.policy': 'compact',
      'segment.ms': '100',
      'min.cleanable.dirty.ratio': '0.001',
      'max.compaction.lag.ms': '100',
    });
    const keys = Array.from({ length: 10 }, (_, index) => `key ${String(index)}`);
    for (const [round, named] of [keys, keys.slice(0, 5), keys.slice(3, 6)].entries()) {
      const values = named.map((key) => ({ key, value: `${key} in round ${String(round)}`, partition: 0 }));
      await broker.producer.send({ topic, messages: values });
    }
    const range = { partition: 0, from: 0, to: 18 };
    for (let held = 18; held > 10; held = (await readAll(fast, topic, range)).records.length) {
      await wait(250); // a segment is cleaned only after a later record, and when the cleaner comes by
      await broker.producer.send({ topic, messages: [{ key: 'roll', value: 'roll', partition: 0 }] });
    }
    for (const from of [0, 1, 7, 12, 17]) await expectSame(topic, { ...range, from });
    const newest = keys.map((key, index) => `${key} in round ${String(index < 3 ? 1 : index < 6 ? 2 : 0)}`);
    expect([...(await readTexts(fast, topic, range))].sort()).toEqual(newest.sort());
    const { checksums } = await fast.identify(topic, { '0': 9 });
    expect(checksums).toEqual({ '0': null });
    expect((await fast.identify(topic, { '0': 17 })).checksums['0']).toEqual(expect.any(Number));
  }, 90_000);
});

describe('a connection that breaks', () => {
  it('costs time, and no record', async () => {
    const topic = await broker.newTopic();
    const values = Array.from({ length: 24 }, (_, index) => `${String(index)} ${'x'.repeat(400_000)}`);
    for (const value of values) await broker.send(topic, 0, { values: [value] });
    const proxy = await breakingProxy(broker.brokers[0] ?? '', { bytes: 2_500_000, times: 4 });
    const log = createKafkaEventLog({ brokers: [proxy.broker], clientId: 'soundflow-test', fetchBytes: 1_000_000 });
    expect(await readTexts(log, topic, { partition: 0, from: 0, to: values.length })).toEqual(values);
    expect(proxy.broken()).toBeGreaterThan(1);
    await log.close();
    await proxy.close();
  }, 60_000);
});
