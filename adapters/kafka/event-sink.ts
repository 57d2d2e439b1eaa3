import { Kafka, Partitioners, type PartitionMetadata, type Producer } from 'kafkajs';
import { messageOf, SoundFlowError } from '../../core/errors.ts';
import type { EventSink, SimulatedEvent } from '../../core/ports/event-sink.ts';
import type { BrokerSettings } from './client.ts';
import { refusalOf } from './refusal.ts';
import { securityOf } from './security.ts';
import { readPositions, stampHeaders } from './sink-positions.ts';

/** Brokers take batches of 1 MiB; all events of a request may be for one partition. */
const REQUEST_BYTES = 640 * 1024;
/** What an event takes beside its value: headers, key, framing. */
const FRAME_BYTES = 250;
/** Patience for a broker that restarts: about a minute. */
const PATIENCE = { retries: 30, initialRetryTime: 200, maxRetryTime: 2_000 };
const ALL_REPLICAS = -1;

/** Brokers, the name they see us by, and the topics to send to, which have to exist. */
export interface KafkaEventSinkSettings extends BrokerSettings {
  readonly topics: readonly string[];
}

/**
 * Sends events to Kafka by an idempotent producer, one request at a time, acknowledged by all replicas. After a failed
 * send nobody knows what arrived: the sink takes no more, and a new one tells by its positions.
 * @throws NOT_FOUND for a missing topic, BAD_SETTING when the broker refuses us, UNAVAILABLE.
 */
export async function createKafkaEventSink({ topics, ...settings }: KafkaEventSinkSettings): Promise<EventSink> {
  const client = new Kafka({
    brokers: [...settings.brokers],
    clientId: settings.clientId,
    ...(settings.security === undefined ? {} : securityOf(settings.security)),
    connectionTimeout: 5_000,
    retry: PATIENCE,
    logCreator: () => () => undefined,
  });
  const producer = client.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  const partitions = await connect(client, producer, { topics, settings });
  const partitioner = Partitioners.DefaultPartitioner();
  let isBroken = false;

  function partitionOf(topic: string, key: string): number {
    return partitioner({ topic, partitionMetadata: partitionsOf(partitions, topic), message: { key, value: null } });
  }

  async function sendRequest(events: readonly SimulatedEvent[], simulation: string): Promise<void> {
    const named = [...new Set(events.map(({ topic }) => topic))];
    const topicMessages = named.map((topic) => ({
      topic,
      messages: events
        .filter((event) => event.topic === topic)
        .map(({ key, value, sequence, timestamp }) => ({
          key,
          value,
          partition: partitionOf(topic, key),
          // The record's own time stays the time of sending: brokers delete by it, and refuse the future.
          headers: stampHeaders({ simulation, sequence, timestamp }),
        })),
    }));
    await producer.sendBatch({ acks: ALL_REPLICAS, topicMessages });
  }

  return {
    partitionOf,
    async send(events, simulation) {
      if (isBroken) throw new SoundFlowError('UNAVAILABLE', 'event sink: an earlier send failed. Open a new sink.');
      const counts: Record<string, number> = {};
      for (const request of requestsOf(events)) {
        try {
          await sendRequest(request, simulation);
        } catch (cause) {
          isBroken = true;
          throw unavailable(settings, `${String(request.length)} events were not acknowledged`, cause);
        }
        for (const { topic } of request) counts[topic] = (counts[topic] ?? 0) + 1;
      }
      return counts;
    },
    positions: (asked) => readPositions(settings, asked),
    close: () => producer.disconnect(),
  };
}

type Partitions = ReadonlyMap<string, PartitionMetadata[]>;

interface Target {
  readonly topics: readonly string[];
  readonly settings: BrokerSettings;
}

async function connect(client: Kafka, producer: Producer, { topics, settings }: Target): Promise<Partitions> {
  const admin = client.admin();
  try {
    await admin.connect();
    const existing = new Set(await admin.listTopics());
    const missing = topics.filter((topic) => !existing.has(topic));
    if (missing.length > 0) {
      throw new SoundFlowError(
        'NOT_FOUND',
        `topics ${missing.join(', ')}: not at ${settings.brokers.join(', ')}. Create them first.`,
      );
    }
    const metadata = await admin.fetchTopicMetadata({ topics: [...topics] });
    await producer.connect();
    return new Map(metadata.topics.map(({ name, partitions }) => [name, partitions]));
  } catch (cause) {
    await producer.disconnect();
    if (cause instanceof SoundFlowError) throw cause;
    throw unavailable(settings, 'no connection', cause);
  } finally {
    await admin.disconnect();
  }
}

function partitionsOf(partitions: Partitions, topic: string): PartitionMetadata[] {
  const found = partitions.get(topic);
  if (found !== undefined) return found;
  throw new SoundFlowError(
    'NOT_FOUND',
    `topic ${topic}: this sink was opened for ${[...partitions.keys()].join(', ')}. Name it there.`,
  );
}

/** Cuts events into requests that no broker finds too large, in order. */
function* requestsOf(events: readonly SimulatedEvent[]): Generator<readonly SimulatedEvent[]> {
  let request: SimulatedEvent[] = [];
  let bytes = 0;
  for (const event of events) {
    const size = Buffer.byteLength(event.value) + FRAME_BYTES;
    if (bytes + size > REQUEST_BYTES && request.length > 0) {
      yield request;
      request = [];
      bytes = 0;
    }
    request.push(event);
    bytes += size;
  }
  if (request.length > 0) yield request;
}

function unavailable({ brokers }: BrokerSettings, what: string, cause: unknown): SoundFlowError {
  const place = `event sink at ${brokers.join(', ')}`;
  const message = `${place}: ${what}: ${messageOf(cause)}. Check that the broker runs (KAFKA_BROKERS), and whether it speaks TLS (KAFKA_TLS).`;
  return refusalOf(cause, place) ?? new SoundFlowError('UNAVAILABLE', message, { cause });
}
