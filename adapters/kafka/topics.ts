import type { Admin } from 'kafkajs';
import { messageOf, SoundFlowError } from '../../core/errors.ts';
import { createClient, type BrokerSettings } from './client.ts';
import { refusalOf } from './refusal.ts';

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
  await admin.createTopics({
    waitForLeaders: true,
    topics: missing.map(({ name, partitions }) => ({
      topic: name,
      numPartitions: partitions,
      configEntries: [{ name: 'retention.ms', value: String(retentionMs) }],
    })),
  });
}
