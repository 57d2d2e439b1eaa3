import { setTimeout as wait } from 'node:timers/promises';
import type { Admin, ITopicConfig } from 'kafkajs';
import { messageOf, SoundFlowError } from '../../core/errors.ts';
import { createClient, type BrokerSettings } from './client.ts';
import { typeOf } from './failure.ts';
import { refusalOf } from './refusal.ts';

const LED_WITHIN_MS = 30_000;
const POLL_MS = 50;
/** What a broker says of a topic that it has only just made. */
const NOT_YET = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE']);

/** Topics that have to be there; `retentionMs` is for those that are made now. */
export interface WantedTopics extends Pick<BrokerSettings, 'brokers' | 'security'> {
  readonly topics: readonly { readonly name: string; readonly partitions: number }[];
  readonly retentionMs: number;
}

/** Creates the topics that are missing and leaves the others as they are. @throws UNAVAILABLE, or BAD_SETTING when the broker refuses us */
export async function ensureTopics(wanted: WantedTopics): Promise<void> {
  const { brokers, security, topics } = wanted;
  const admin = createClient({ brokers, security, clientId: 'soundflow-topics' }).admin();
  try {
    await admin.connect();
    await createMissing(admin, wanted);
  } catch (cause) {
    const place = `topics ${topics.map(({ name }) => name).join(', ')} at ${brokers.join(', ')}`;
    const message = `${place}: cannot be ensured: ${messageOf(cause)}. Check that the broker runs (KAFKA_BROKERS), and whether it speaks TLS (KAFKA_TLS).`;
    throw refusalOf(cause, place) ?? new SoundFlowError('UNAVAILABLE', message, { cause });
  } finally {
    await admin.disconnect();
  }
}

async function createMissing(admin: Admin, { topics, retentionMs }: WantedTopics): Promise<void> {
  const existing = new Set(await admin.listTopics());
  const missing = topics.filter(({ name }) => !existing.has(name));
  if (missing.length === 0) return;
  const configEntries = [{ name: 'retention.ms', value: String(retentionMs) }];
  await createTopics(
    admin,
    missing.map(({ name, partitions }) => ({ topic: name, numPartitions: partitions, configEntries })),
  );
}

/**
 * Creates topics and waits until each of their partitions has a leader; kafkajs gives up when a broker does not know yet what it
 * has just made. @throws UNAVAILABLE when that takes 30 seconds
 */
export async function createTopics(admin: Admin, topics: readonly ITopicConfig[]): Promise<void> {
  await admin.createTopics({ waitForLeaders: false, topics: [...topics] });
  const names = topics.map(({ topic }) => topic);
  const deadline = Date.now() + LED_WITHIN_MS;
  while (!(await areLed(admin, names))) {
    if (Date.now() > deadline)
      throw new SoundFlowError('UNAVAILABLE', `${names.join(', ')}: no leader within ${String(LED_WITHIN_MS / 1000)} s`);
    await wait(POLL_MS);
  }
}

async function areLed(admin: Admin, names: readonly string[]): Promise<boolean> {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [...names] });
    return topics.every(({ partitions }) => partitions.length > 0 && partitions.every(({ leader }) => leader >= 0));
  } catch (failure) {
    if (NOT_YET.has(typeOf(failure))) return false;
    throw failure;
  }
}
