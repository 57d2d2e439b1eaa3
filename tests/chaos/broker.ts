import { randomUUID } from 'node:crypto';
import { Kafka, logLevel, type Admin, type Producer } from 'kafkajs';
import { createTopics } from '../../adapters/kafka/topics.ts';
import type { Frontier } from '../../core/landing/commit.ts';
import type { Made } from './ledger.ts';

/** Events that the broker took together: they have the offsets from `base` on. */
export interface Acknowledged {
  readonly base: number;
  readonly events: readonly Made[];
}

/** What a test does to a topic. */
export interface Broker {
  /** Addresses, or how many partitions each topic has in a log of the worker's own. */
  readonly at: readonly string[] | number;
  create(topic: string, partitions: number): Promise<void>;
  send(topic: string, partition: number, events: readonly Made[]): Promise<readonly Acknowledged[]>;
  /** Sends events in a transaction and takes them back: their offsets hold nothing. */
  sendInVain(topic: string, partition: number, events: readonly Made[]): Promise<void>;
  ends(topic: string): Promise<Frontier>;
}

/** A real broker, and what its operator may do to it. */
export interface KafkaBroker extends Broker {
  /** Drops everything before `to`, as retention does. */
  deleteBefore(topic: string, partition: number, to: number): Promise<void>;
  recreate(topic: string, partitions: number): Promise<void>;
  close(): Promise<void>;
}

const SEND_AT_ONCE = 500;

/** Connects to the broker at `brokers`; all its topics are sent to by one producer. */
export async function connectBroker(brokers: readonly string[]): Promise<KafkaBroker> {
  const retry = { retries: 20, initialRetryTime: 100, maxRetryTime: 1_000 };
  const kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING, retry });
  const admin = kafka.admin();
  const producer = kafka.producer({ idempotent: true, retry });
  await Promise.all([admin.connect(), producer.connect()]);
  const inVain = transactions(kafka);
  return {
    at: brokers,
    create: (topic, partitions) => create(admin, topic, partitions),
    send: (topic, partition, events) => send(producer, topic, { partition, events }),
    sendInVain: (topic, partition, events) => inVain.run(topic, { partition, events }),
    ends: async (topic) => {
      const ends = await admin.fetchTopicOffsets(topic);
      return Object.fromEntries(ends.map(({ partition, high }) => [String(partition), Number(high)]));
    },
    deleteBefore: (topic, partition, to) => admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(to) }] }),
    recreate: async (topic, partitions) => {
      await remove(admin, topic);
      await create(admin, topic, partitions);
    },
    close: async () => {
      await Promise.all([admin.disconnect(), producer.disconnect(), inVain.close()]);
    },
  };
}

interface Sending {
  readonly partition: number;
  readonly events: readonly Made[];
}

const messagesOf = ({ partition, events }: Sending) => events.map(({ value }) => ({ partition, key: null, value }));

async function send(producer: Producer, topic: string, { partition, events }: Sending): Promise<readonly Acknowledged[]> {
  const taken: Acknowledged[] = [];
  for (let from = 0; from < events.length; from += SEND_AT_ONCE) {
    const part = events.slice(from, from + SEND_AT_ONCE);
    const [answer] = await producer.send({ topic, messages: messagesOf({ partition, events: part }), acks: -1 });
    if (answer?.baseOffset === undefined) throw new Error(`${topic}: the broker did not say where the events are`);
    taken.push({ base: Number(answer.baseOffset), events: part });
  }
  return taken;
}

/** A deletion that is tried again finds nothing to delete. */
async function remove(admin: Admin, topic: string): Promise<void> {
  try {
    await admin.deleteTopics({ topics: [topic] });
  } catch (failure) {
    if ((await admin.listTopics()).includes(topic)) throw failure;
  }
}

/** A topic that was just deleted may still be known for a moment. */
async function create(admin: Admin, topic: string, partitions: number): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await createTopics(admin, [{ topic, numPartitions: partitions }]);
      return;
    } catch (failure) {
      if (tries >= 50) throw failure;
    }
  }
}

/** One transactional producer, whose transactions come one after the other. */
function transactions(kafka: Kafka) {
  let opened: Promise<Producer> | null = null;
  let before: Promise<unknown> = Promise.resolve();
  const open = async () => {
    const producer = kafka.producer({
      idempotent: true,
      transactionalId: `chaos-${randomUUID()}`,
      maxInFlightRequests: 1,
    });
    await producer.connect();
    return producer;
  };
  const abortOne = async (topic: string, sending: Sending) => {
    opened ??= open();
    const transaction = await (await opened).transaction();
    await transaction.send({ topic, messages: messagesOf(sending), acks: -1 });
    await transaction.abort();
  };
  return {
    run: async (topic: string, sending: Sending): Promise<void> => {
      const mine = before.then(() => abortOne(topic, sending));
      before = mine.catch(() => undefined);
      await mine;
    },
    close: async () => {
      await (await opened)?.disconnect();
    },
  };
}
