import { randomUUID } from 'node:crypto';
import { CompressionTypes, type Admin, type Message, type Producer } from 'kafkajs';
import type { EventLog } from '../../core/ports/event-log.ts';
import { testBrokers } from '../contract/engines.ts';
import { TIMESTAMP, type EventLogUnderTest } from '../contract/event-log.ts';
import { createClient } from './client.ts';
import { createKafkaEventLog, type KafkaEventLogSettings } from './event-log.ts';
import { createTopics } from './topics.ts';

/** The real broker of the tests, and clients that do to its topics what others would. */
export interface TestBroker {
  readonly brokers: readonly string[];
  readonly admin: Admin;
  /** Makes a topic of two partitions, with settings of its own. */
  newTopic(config?: Readonly<Record<string, string>>): Promise<string>;
  /** A connected producer whose transactions are its own. */
  transactional(): Promise<Producer>;
  /** Sends one batch. */
  send(topic: string, partition: number, sent: Sent): Promise<void>;
  /** A connected producer. */
  readonly producer: Producer;
  /** An event log with a new topic; `create` makes it, else the log that production uses. */
  open(
    settings?: Partial<KafkaEventLogSettings>,
    create?: (settings: KafkaEventLogSettings) => EventLog,
  ): Promise<EventLogUnderTest>;
  /** Closes all that was opened. */
  close(): Promise<void>;
}

/** Values to send as one batch. */
export interface Sent {
  readonly values: readonly (string | null)[];
  readonly gzip?: boolean;
}

/** Records of `values` for one partition, all of the same time. */
export function messagesOf(partition: number, values: readonly (string | null)[]): Message[] {
  return values.map((value) => ({ partition, value, timestamp: String(TIMESTAMP) }));
}

/** Connects to the broker of the contract tests. */
export async function connectTestBroker(): Promise<TestBroker> {
  const brokers = testBrokers();
  const client = createClient({ brokers, clientId: 'soundflow-test' });
  const admin = client.admin();
  const producer = client.producer();
  await Promise.all([admin.connect(), producer.connect()]);
  const opened: (() => Promise<void>)[] = [() => admin.disconnect(), () => producer.disconnect()];

  async function newTopic(config: Readonly<Record<string, string>> = {}): Promise<string> {
    const name = `test-${randomUUID()}`;
    const configEntries = Object.entries(config).map(([key, value]) => ({ name: key, value }));
    await createTopics(admin, [{ topic: name, numPartitions: 2, configEntries }]);
    return name;
  }

  async function transactional(): Promise<Producer> {
    const made = client.producer({ transactionalId: randomUUID(), idempotent: true, maxInFlightRequests: 1 });
    await made.connect();
    opened.push(() => made.disconnect());
    return made;
  }

  async function send(topic: string, partition: number, { values, gzip = false }: Sent): Promise<void> {
    const compression = gzip ? CompressionTypes.GZIP : CompressionTypes.None;
    await producer.send({ topic, compression, messages: messagesOf(partition, values) });
  }

  /** Leaves offsets without a record, and waits for the last of them: a transaction is told to have ended before that is in the log. */
  async function skip(log: EventLog, topic: string, partition: number): Promise<void> {
    const transaction = await (await transactional()).transaction();
    const [sent] = await transaction.send({ topic, messages: messagesOf(partition, ['aborted', 'aborted']) });
    await transaction.abort();
    const marker = Number(sent?.baseOffset) + 2;
    const end = async () => (await log.offsets(topic)).find((one) => one.partition === partition)?.end ?? 0;
    while ((await end()) <= marker);
  }

  async function open(
    settings: Partial<KafkaEventLogSettings> = {},
    create: (settings: KafkaEventLogSettings) => EventLog = createKafkaEventLog,
  ): Promise<EventLogUnderTest> {
    const topic = await newTopic();
    const log = create({ brokers, clientId: 'soundflow', ...settings });
    opened.push(() => log.close());
    return {
      log,
      topic,
      append: (partition, values) => send(topic, partition, { values }),
      skip: (partition) => skip(log, topic, partition),
      truncateTo: async (partition, start) => {
        await admin.fetchTopicOffsets(topic); // loads what deleteTopicRecords takes for known
        await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(start) }] });
      },
      addPartition: async () => {
        await admin.createPartitions({ topicPartitions: [{ topic, count: 3 }] });
      },
      recreate: () => recreate(admin, topic),
      announced: (groupId) => announced(admin, groupId, topic),
    };
  }

  const close = async (): Promise<void> => {
    await Promise.all(opened.map((end) => end()));
  };
  return { brokers, admin, producer, newTopic, transactional, send, open, close };
}

async function announced(admin: Admin, groupId: string, topic: string): Promise<Readonly<Record<string, number>>> {
  const [shown] = await admin.fetchOffsets({ groupId, topics: [topic] });
  const known = shown?.partitions.filter(({ offset }) => offset !== '-1') ?? [];
  return Object.fromEntries(known.map(({ partition, offset }) => [String(partition), Number(offset)]));
}

async function recreate(admin: Admin, topic: string): Promise<void> {
  await admin.deleteTopics({ topics: [topic] });
  while ((await admin.listTopics()).includes(topic));
  await createTopics(admin, [{ topic, numPartitions: 2 }]);
}
