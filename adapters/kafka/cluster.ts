import { z } from 'zod';
import { throwIfFailed } from './broker-errors.ts';
import type { BrokerSettings } from './client.ts';
import {
  brokerOf,
  connectPrivately,
  coordinatorOf,
  READ_COMMITTED,
  type PrivateBroker,
  type PrivateCluster,
  type RawRequest,
} from './kafkajs-private.ts';
import { decodeDescribedTopic, encodeDescribeTopic, METADATA_WITH_TOPIC_IDS } from './metadata-protocol.ts';

const FETCH = 1;
const FETCH_VERSION = 11;
const METADATA = 3;
/** Generation and member of a commit that belongs to no running consumer. */
const NO_GENERATION = -1;
const NO_MEMBER = '';

const Metadata = z.array(z.object({ partitionId: z.int(), leader: z.int() }));
const Versions = z.record(z.string(), z.object({ minVersion: z.int(), maxVersion: z.int() }));
const Offset = z
  .string()
  .regex(/^-?\d+$/)
  .transform(Number)
  .pipe(z.int());
const Offsets = z.object({
  responses: z.array(z.object({ partitions: z.array(z.object({ partition: z.int(), offset: Offset })) })),
});

/** A partition and the broker that leads it. */
export interface Leader {
  readonly partition: number;
  readonly node: number;
}

/** Offsets by partition. */
export type PartitionMap = ReadonlyMap<number, number>;

/** An open connection to a Kafka cluster: what kafkajs can do for groupless reading. Every method throws kafkajs's errors. */
export interface Cluster {
  /** Partitions of a topic with their leaders, asked anew. */
  leaders(topic: string): Promise<readonly Leader[]>;
  /** The id that tells one topic from another of the same name, asked of the broker `node`; null when it knows no ids. */
  topicId(node: number, topic: string): Promise<string | null>;
  /** First retained offsets, or last stable ones, of partitions that all have the same leader. */
  listOffsets(topic: string, leaders: readonly Leader[], edge: 'start' | 'end'): Promise<PartitionMap>;
  /** Sends a Fetch request of version 11 as it is and gives back the response as it came. */
  fetch(node: number, request: Buffer): Promise<Buffer>;
  /** The offsets that a group committed; partitions without one are absent. */
  committed(group: string, topic: string, partitions: readonly number[]): Promise<PartitionMap>;
  /** Commits offsets for a group that has no member. */
  commit(group: string, topic: string, offsets: PartitionMap): Promise<void>;
  disconnect(): Promise<void>;
}

/** Connects to the cluster behind `settings.brokers`. @throws BAD_SETTING when kafkajs is not the pinned version. */
export async function openCluster(settings: BrokerSettings): Promise<Cluster> {
  const cluster = await connectPrivately(settings);
  return {
    leaders: leadersIn(cluster),
    topicId: async (node, topic) => topicIdFrom(await brokerOf(cluster, node), topic),
    fetch: fetchFrom(cluster),
    listOffsets: async (topic, leaders, edge) => {
      const node = await brokerOf(cluster, leaders[0]?.node ?? -1);
      const timestamp = edge === 'start' ? '-2' : '-1';
      const partitions = leaders.map(({ partition }) => ({ partition, timestamp }));
      return offsetsOf(await node.listOffsets({ isolationLevel: READ_COMMITTED, topics: [{ topic, partitions }] }));
    },
    committed: async (group, topic, partitions) => {
      const coordinator = await coordinatorOf(cluster, group);
      const topics = [{ topic, partitions: partitions.map((partition) => ({ partition })) }];
      const offsets = offsetsOf(await coordinator.offsetFetch({ groupId: group, topics }));
      return new Map([...offsets].filter(([, offset]) => offset >= 0));
    },
    commit: async (group, topic, offsets) => {
      const coordinator = await coordinatorOf(cluster, group);
      const partitions = [...offsets].map(([partition, offset]) => ({ partition, offset: String(offset) }));
      const member = { groupId: group, groupGenerationId: NO_GENERATION, memberId: NO_MEMBER };
      await coordinator.offsetCommit({ ...member, topics: [{ topic, partitions }] });
    },
    disconnect: async () => {
      await cluster.disconnect();
    },
  };
}

/** Asks for one topic at a time: kafkajs keeps the metadata of the topics that were asked for last, and only those. */
function leadersIn(cluster: PrivateCluster): Cluster['leaders'] {
  let last: Promise<unknown> = Promise.resolve();

  async function refresh(topic: string): Promise<readonly Leader[]> {
    await cluster.brokerPool.refreshMetadata([topic]);
    return Metadata.parse(cluster.findTopicPartitionMetadata(topic))
      .map(({ partitionId, leader }) => ({ partition: partitionId, node: leader }))
      .sort((a, b) => a.partition - b.partition);
  }

  return (topic) => {
    const mine = last.then(() => refresh(topic));
    last = mine.catch(() => undefined);
    return mine;
  };
}

async function topicIdFrom(broker: PrivateBroker, topic: string): Promise<string | null> {
  const versions = Versions.parse(broker.versions)[METADATA];
  const isKnown =
    versions !== undefined && versions.minVersion <= METADATA_WITH_TOPIC_IDS && METADATA_WITH_TOPIC_IDS <= versions.maxVersion;
  if (!isKnown) return null;
  const api = { apiKey: METADATA, apiVersion: METADATA_WITH_TOPIC_IDS, apiName: 'Metadata' };
  const { payload } = await broker.connectionPool.send(rawRequest(api, encodeDescribeTopic(topic), 1));
  const { errorCode, id } = decodeDescribedTopic(payload);
  throwIfFailed(errorCode, topic);
  return id;
}

/** Lets the first fetch from a broker go alone: of several that find its connection closed, each would open one and all but the last stay open. */
function fetchFrom(cluster: PrivateCluster): Cluster['fetch'] {
  const first = new Map<number, Promise<unknown>>();
  const api = { apiKey: FETCH, apiVersion: FETCH_VERSION, apiName: 'Fetch' };

  async function send(node: number, request: Buffer): Promise<Buffer> {
    const broker = await brokerOf(cluster, node);
    const { payload } = await broker.connectionPool.send(rawRequest(api, request, 0));
    return payload;
  }

  return (node, request) => {
    const earlier = first.get(node);
    if (earlier !== undefined) return earlier.then(() => send(node, request));
    const mine = send(node, request);
    first.set(node, settled(mine));
    return mine;
  };
}

async function settled(work: Promise<unknown>): Promise<void> {
  await Promise.allSettled([work]);
}

type Api = Pick<RawRequest['request'], 'apiKey' | 'apiVersion' | 'apiName'>;

function rawRequest(api: Api, body: Buffer, throttleTimeAt: number): RawRequest {
  return {
    request: { ...api, encode: () => Promise.resolve({ buf: body, buffer: body }) },
    response: {
      decode: (payload) => Promise.resolve({ payload, clientSideThrottleTime: payload.readInt32BE(throttleTimeAt) }),
      parse: (data) => Promise.resolve(data),
    },
  };
}

function offsetsOf(response: unknown): PartitionMap {
  const { responses } = Offsets.parse(response);
  return new Map(responses.flatMap(({ partitions }) => partitions.map(({ partition, offset }) => [partition, offset] as const)));
}
