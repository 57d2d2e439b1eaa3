import { z } from 'zod';
import { messageOf, SoundFlowError } from '../../core/errors.ts';
import { createClient, type BrokerSettings } from './client.ts';

/** What is used of kafkajs's private surface, which only the pinned version is known to have. */
const PINNED = 'kafkajs 2.2.4';
const READ_COMMITTED = 1;
const METADATA_MAX_AGE_MS = 300_000;
/** Generation and member of a commit that belongs to no running consumer. */
const NO_GENERATION = -1;
const NO_MEMBER = '';

interface RawRequest {
  readonly request: {
    readonly apiKey: number;
    readonly apiVersion: number;
    readonly apiName: string;
    readonly encode: () => Promise<{ readonly buf: Buffer; readonly buffer: Buffer }>;
  };
  readonly response: {
    readonly decode: (payload: Buffer) => Promise<RawResponse>;
    readonly parse: (data: RawResponse) => Promise<RawResponse>;
  };
}

interface RawResponse {
  readonly payload: Buffer;
  readonly clientSideThrottleTime: number;
}

interface PrivateBroker {
  readonly connectionPool: { send(request: RawRequest): Promise<RawResponse> };
  listOffsets(request: object): Promise<unknown>;
  offsetFetch(request: object): Promise<unknown>;
  offsetCommit(request: object): Promise<unknown>;
}

interface PrivateCluster {
  readonly brokerPool: { refreshMetadata(topics: readonly string[]): Promise<unknown> };
  connect(): Promise<unknown>;
  disconnect(): Promise<unknown>;
  findTopicPartitionMetadata(topic: string): unknown;
  findBroker(node: { readonly nodeId: number }): Promise<unknown>;
  findGroupCoordinator(group: { readonly groupId: string }): Promise<unknown>;
}

const CreateCluster = z.custom<(options: object) => unknown>((value) => typeof value === 'function');
const ClusterShape = z.custom<PrivateCluster>(
  (value) =>
    hasMethods(value, ['connect', 'disconnect', 'findTopicPartitionMetadata', 'findBroker', 'findGroupCoordinator']) &&
    hasMethods(propertyOf(value, 'brokerPool'), ['refreshMetadata']),
);
const BrokerShape = z.custom<PrivateBroker>(
  (value) =>
    hasMethods(value, ['listOffsets', 'offsetFetch', 'offsetCommit']) &&
    hasMethods(propertyOf(value, 'connectionPool'), ['send']),
);

const Metadata = z.array(z.object({ partitionId: z.int(), leader: z.int() }));
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
  const cluster = privateCluster(settings);
  await cluster.connect();
  return {
    leaders: leadersIn(cluster),
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

/** Lets the first fetch from a broker go alone: of several that find its connection closed, each would open one and all but the last stay open. */
function fetchFrom(cluster: PrivateCluster): Cluster['fetch'] {
  const first = new Map<number, Promise<unknown>>();

  async function send(node: number, request: Buffer): Promise<Buffer> {
    const broker = await brokerOf(cluster, node);
    const { payload } = await broker.connectionPool.send(rawFetch(request));
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

async function brokerOf(cluster: PrivateCluster, node: number): Promise<PrivateBroker> {
  return narrowed(BrokerShape, await cluster.findBroker({ nodeId: node }), 'broker');
}

async function coordinatorOf(cluster: PrivateCluster, group: string): Promise<PrivateBroker> {
  return narrowed(BrokerShape, await cluster.findGroupCoordinator({ groupId: group }), 'coordinator');
}

function privateCluster(settings: BrokerSettings): PrivateCluster {
  const client = createClient(settings);
  const symbol = Object.getOwnPropertySymbols(client).find((key) => key.description === 'private:Kafka:createCluster');
  const create = narrowed(CreateCluster, symbol === undefined ? undefined : Reflect.get(client, symbol), 'createCluster');
  const options = { metadataMaxAge: METADATA_MAX_AGE_MS, allowAutoTopicCreation: false, isolationLevel: READ_COMMITTED };
  return narrowed(ClusterShape, create(options), 'cluster');
}

function rawFetch(request: Buffer): RawRequest {
  return {
    request: { apiKey: 1, apiVersion: 11, apiName: 'Fetch', encode: () => Promise.resolve({ buf: request, buffer: request }) },
    response: {
      decode: (payload) => Promise.resolve({ payload, clientSideThrottleTime: payload.readInt32BE(0) }),
      parse: (data) => Promise.resolve(data),
    },
  };
}

function offsetsOf(response: unknown): PartitionMap {
  const { responses } = Offsets.parse(response);
  return new Map(responses.flatMap(({ partitions }) => partitions.map(({ partition, offset }) => [partition, offset] as const)));
}

function narrowed<T>(shape: z.ZodType<T>, value: unknown, name: string): T {
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  const message = `kafkajs: its private ${name} is not that of ${PINNED}. Install exactly that version (npm ci): ${messageOf(parsed.error)}`;
  throw new SoundFlowError('BAD_SETTING', message, { cause: parsed.error });
}

function propertyOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function hasMethods(value: unknown, names: readonly string[]): boolean {
  return names.every((name) => typeof propertyOf(value, name) === 'function');
}
