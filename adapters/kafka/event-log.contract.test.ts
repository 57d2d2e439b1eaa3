import { createServer } from 'node:net';
import { ConfigResourceTypes, type Transaction } from 'kafkajs';
import { SoundFlowError } from '../../core/errors.ts';
import type { EventLog } from '../../core/ports/event-log.ts';
import { describeEventLog, readAll, readTexts } from '../contract/event-log.ts';
import { createKafkaEventLog } from './event-log.ts';
import { connectTestBroker, messagesOf, type TestBroker } from './test-broker.ts';
import { ensureTopics } from './topics.ts';

let broker: TestBroker;

beforeAll(async () => {
  broker = await connectTestBroker();
}, 30_000);
afterAll(() => broker.close());

describeEventLog('kafka', () => broker.open());

async function begin(): Promise<Transaction> {
  return (await broker.transactional()).transaction();
}

describe('kafka', () => {
  it('ends at the last stable offset', async () => {
    const { log, topic, append } = await broker.open();
    await append(0, ['a']);
    const transaction = await begin();
    await transaction.send({ topic, messages: messagesOf(0, ['open']) });
    await append(0, ['after']);
    expect((await log.offsets(topic))[0]).toEqual({ partition: 0, start: 0, end: 1 });
    await transaction.commit();
    await settlesAt(log, topic, 4);
    expect((await log.offsets(topic))[0]).toEqual({ partition: 0, start: 0, end: 4 });
    expect(await readTexts(log, topic, { partition: 0, from: 0, to: 4 })).toEqual(['a', 'open', 'after']);
  });

  it('gives no record of an aborted transaction, and every other', async () => {
    const { log, topic, append } = await broker.open();
    const [kept, dropped] = [await begin(), await begin()];
    await dropped.send({
      topic,
      messages: [{ partition: 0, key: Buffer.alloc(4), value: 'dropped 1' }, ...messagesOf(0, ['dropped 2'])],
    });
    await kept.send({ topic, messages: messagesOf(0, ['kept 1']) });
    await append(0, ['plain']);
    await dropped.send({ topic, messages: messagesOf(0, ['dropped 3']) });
    await dropped.abort();
    await kept.send({ topic, messages: messagesOf(0, ['kept 2']) });
    await kept.commit();
    const again = await begin();
    await again.send({ topic, messages: messagesOf(0, ['again']) });
    await again.commit();
    const end = 10;
    await settlesAt(log, topic, end);
    const { records } = await readAll(log, topic, { partition: 0, from: 0, to: end });
    expect(records.map(({ value }) => Buffer.from(value ?? []).toString())).toEqual(['kept 1', 'plain', 'kept 2', 'again']);
    for (let from = 0; from <= end; from += 1) {
      const rest = await readAll(log, topic, { partition: 0, from, to: end });
      expect(rest.records.map(({ offset }) => offset)).toEqual(
        records.map(({ offset }) => offset).filter((offset) => offset >= from),
      );
    }
  });

  it('reads records that are larger than a fetch', async () => {
    const { log, topic, append } = await broker.open({ fetchBytes: 1_000 });
    const large = 'x'.repeat(900_000);
    for (const value of ['small', large, 'after', large]) await append(0, [value]);
    expect(await readTexts(log, topic, { partition: 0, from: 0, to: 4 })).toEqual(['small', large, 'after', large]);
  });

  it('reads compressed batches from their middle', async () => {
    const { log, topic } = await broker.open();
    await broker.send(topic, 1, { values: ['a', 'b', 'c', null], gzip: true });
    expect(await readTexts(log, topic, { partition: 1, from: 2, to: 4 })).toEqual(['c', null]);
  });

  it('waits a while for a range whose end is not stable, then says so', async () => {
    const { log, topic, append } = await broker.open();
    await append(0, ['a']);
    await expect(readAll(log, topic, { partition: 0, from: 0, to: 2 })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('only what is before offset 1'),
    });
  }, 30_000);

  it('works again after it was idle, and leaves no connection behind', async () => {
    const { log, topic, append } = await broker.open({ idleMs: 50 });
    await append(0, ['a']);
    const sockets = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;
    const before = sockets();
    await Promise.all(Array.from({ length: 10 }, () => readAll(log, topic, { partition: 0, from: 0, to: 1 })));
    expect(sockets()).toBeGreaterThan(before);
    await expectSoon(() => sockets() <= before);
    expect(await log.offsets(topic)).toHaveLength(2);
    await log.close();
    await expectSoon(() => sockets() <= before);
  });

  it('names the broker that cannot be reached', async () => {
    const log = createKafkaEventLog({ brokers: [`127.0.0.1:${String(await closedPort())}`], clientId: 'soundflow' });
    const failure: unknown = await log.offsets('plays').catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining('ECONNREFUSED') });
    expect(failure instanceof SoundFlowError && failure.cause).toBeInstanceOf(Error);
    await log.close();
  }, 60_000);
});

describe('ensureTopics', () => {
  it('makes what is missing and leaves the rest', async () => {
    const { brokers, admin } = broker;
    const old = await broker.newTopic();
    const topics = [
      { name: old, partitions: 5 },
      { name: `${old}-new`, partitions: 3 },
    ];
    await ensureTopics({ brokers, topics, retentionMs: 7_200_000 });
    await Promise.all([ensureTopics({ brokers, topics, retentionMs: 1 }), ensureTopics({ brokers, topics, retentionMs: 1 })]);
    const metadata = await admin.fetchTopicMetadata({ topics: [old, `${old}-new`] });
    const counts = Object.fromEntries(metadata.topics.map(({ name, partitions }) => [name, partitions.length]));
    expect(counts).toEqual({ [old]: 2, [`${old}-new`]: 3 });
    const configs = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: ConfigResourceTypes.TOPIC, name: `${old}-new` }],
    });
    const retention = configs.resources[0]?.configEntries.find(({ configName }) => configName === 'retention.ms');
    expect(retention?.configValue).toBe('7200000');
  });

  it('says that the broker cannot be reached', async () => {
    const brokers = [`127.0.0.1:${String(await closedPort())}`];
    await expect(ensureTopics({ brokers, topics: [{ name: 'plays', partitions: 1 }], retentionMs: 1 })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining(brokers[0] ?? ''),
    });
  }, 60_000);
});

async function expectSoon(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200 && !(await isSo()); tries += 1) await new Promise((resolve) => setTimeout(resolve, 25));
  expect(await isSo()).toBe(true);
}

/** Waits until partition 0 is stable up to `end`: a transaction is told to have ended before its last record is in the log. */
async function settlesAt(log: EventLog, topic: string, end: number): Promise<void> {
  await expectSoon(async () => (await log.offsets(topic))[0]?.end === end);
}

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
