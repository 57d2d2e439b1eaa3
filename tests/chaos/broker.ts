import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Kafka, logLevel, type Admin, type Producer } from 'kafkajs';
import { openCluster } from '../../adapters/kafka/cluster.ts';
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
  /** Where a group is shown to be, by partition. */
  committed(group: string, topic: string): Promise<Frontier>;
  close(): Promise<void>;
}

const SEND_AT_ONCE = 500;

/** Connects to the broker at `brokers`; all its topics are sent to by one producer. */
export async function connectBroker(brokers: readonly string[]): Promise<KafkaBroker> {
  const retry = { retries: 20, initialRetryTime: 100, maxRetryTime: 1_000 };
  const kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING, retry });
  const ask = asker(kafka);
  const producer = kafka.producer({ idempotent: true, retry });
  await producer.connect();
  const inVain = transactions(kafka);
  return {
    at: brokers,
    create: (topic, partitions) => ask((admin) => create(admin, topic, partitions)),
    send: (topic, partition, events) => send(producer, topic, { partition, events }),
    sendInVain: (topic, partition, events) => inVain.run(topic, { partition, events }),
    ends: async (topic) => {
      const ends = await ask((admin) => admin.fetchTopicOffsets(topic));
      return Object.fromEntries(ends.map(({ partition, high }) => [String(partition), Number(high)]));
    },
    deleteBefore: (topic, partition, to) =>
      ask(async (admin) => {
        await admin.fetchTopicOffsets(topic); // loads what deleteTopicRecords takes for known
        await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(to) }] });
      }),
    recreate: async (topic, partitions) => {
      await ask((admin) => remove(admin, topic));
      await ask((admin) => create(admin, topic, partitions));
    },
    committed: (group, topic) => committed(brokers, group, topic),
    close: async () => {
      await Promise.all([producer.disconnect(), inVain.close()]);
    },
  };
}

/**
 * A client of its own for each question. One that is shared keeps metadata of the topics that were asked for last, so that of two
 * cases at once one finds its topic unknown, and a topic that was deleted stays among those it asks for.
 */
function asker(kafka: Kafka) {
  return async <Answer>(question: (admin: Admin) => Promise<Answer>): Promise<Answer> => {
    const admin = kafka.admin();
    await admin.connect();
    try {
      return await question(admin);
    } finally {
      await admin.disconnect();
    }
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

async function committed(brokers: readonly string[], group: string, topic: string): Promise<Frontier> {
  const cluster = await openCluster({ brokers: [...brokers], clientId: 'chaos' });
  try {
    const partitions = (await cluster.leaders(topic)).map(({ partition }) => partition);
    const offsets = await cluster.committed(group, topic, partitions);
    return Object.fromEntries([...offsets].map(([partition, offset]) => [String(partition), offset]));
  } finally {
    await cluster.disconnect();
  }
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

/**
 * Loads the code of every request there is. kafkajs does so when a request is first made, which jest refuses between two tests,
 * where a case that runs beside others may find itself; what kafkajs then says is anything but that.
 */
function loadRequests(): void {
  const load = createRequire(join(process.cwd(), 'package.json'));
  const folder = 'kafkajs/src/protocol/requests';
  for (const file of readdirSync(join('node_modules', folder), { recursive: true, encoding: 'utf8' })) {
    if (file.endsWith('.js') && !file.endsWith('.spec.js')) load(`${folder}/${file}`);
  }
}

loadRequests();
