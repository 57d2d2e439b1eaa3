import { z } from 'zod';
import { messageOf, SoundFlowError } from '../../core/errors.ts';
import { createClient, type BrokerSettings } from './client.ts';

/** What is used of kafkajs's private surface, which only the pinned version is known to have. */
const PINNED = 'kafkajs 2.2.4';
const METADATA_MAX_AGE_MS = 300_000;
/** Kafka's isolation level for reading what transactions committed. */
export const READ_COMMITTED = 1;

/** A request that kafkajs sends as it is, and an answer that it gives back as it came. */
export interface RawRequest {
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

interface RequestQueue {
  readonly pending: { readonly length: number };
  scheduleCheckPendingRequests: () => void;
}

interface Connection {
  readonly requestQueue: RequestQueue;
  readonly bytesBuffered: number;
  chunks: Buffer[];
  processData: (data: Buffer) => void;
}

interface ConnectionPool {
  readonly pool: readonly Connection[];
  send(request: RawRequest): Promise<RawResponse>;
}

/** One broker as kafkajs knows it. */
export interface PrivateBroker {
  readonly connectionPool: ConnectionPool;
  /** Versions of each request, by its key. */
  readonly versions: unknown;
  fetch(request: object): Promise<unknown>;
  listOffsets(request: object): Promise<unknown>;
  offsetFetch(request: object): Promise<unknown>;
  offsetCommit(request: object): Promise<unknown>;
}

/** A cluster as kafkajs knows it. */
export interface PrivateCluster {
  readonly brokerPool: { readonly seedBroker: unknown; refreshMetadata(topics: readonly string[]): Promise<unknown> };
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
    hasMethods(value, ['fetch', 'listOffsets', 'offsetFetch', 'offsetCommit']) &&
    hasMethods(propertyOf(value, 'connectionPool'), ['send']) &&
    connectionsOf(value).every(isConnection),
);

/** Connects to the cluster behind `settings.brokers`. @throws BAD_SETTING when kafkajs is not the pinned version. */
export async function connectPrivately(settings: BrokerSettings): Promise<PrivateCluster> {
  const client = createClient(settings);
  const symbol = Object.getOwnPropertySymbols(client).find((key) => key.description === 'private:Kafka:createCluster');
  const create = narrowed(CreateCluster, symbol === undefined ? undefined : Reflect.get(client, symbol), 'createCluster');
  const options = { metadataMaxAge: METADATA_MAX_AGE_MS, allowAutoTopicCreation: false, isolationLevel: READ_COMMITTED };
  const cluster = narrowed(ClusterShape, create(options), 'cluster');
  await cluster.connect();
  calmed(narrowed(BrokerShape, cluster.brokerPool.seedBroker, 'seed broker'));
  return cluster;
}

/** The connected broker with the number `node`. */
export async function brokerOf(cluster: PrivateCluster, node: number): Promise<PrivateBroker> {
  return calmed(narrowed(BrokerShape, await cluster.findBroker({ nodeId: node }), 'broker'));
}

/** The connected broker that keeps the offsets of `group`. */
export async function coordinatorOf(cluster: PrivateCluster, group: string): Promise<PrivateBroker> {
  return calmed(narrowed(BrokerShape, await cluster.findGroupCoordinator({ groupId: group }), 'coordinator'));
}

/** Takes two costs from a broker's connections, which only the pinned version is known to have. */
function calmed(broker: PrivateBroker): PrivateBroker {
  for (const connection of broker.connectionPool.pool) {
    if (Object.hasOwn(connection, 'processData')) continue;
    scheduleOnlyWhatWaits(connection.requestQueue);
    takeResponsesWhole(connection);
  }
  return broker;
}

/** Stops the timer that starts again every millisecond while a connection is open (kafkajs 1751): only requests in a queue need it. */
function scheduleOnlyWhatWaits(queue: RequestQueue): void {
  const schedule = queue.scheduleCheckPendingRequests.bind(queue);
  queue.scheduleCheckPendingRequests = () => {
    if (queue.pending.length > 0) schedule();
  };
}

/** Drops the empty rest of the response before, for whose sake each response would be copied to be put together with it. */
function takeResponsesWhole(connection: Connection): void {
  const process = connection.processData.bind(connection);
  connection.processData = (data) => {
    if (connection.bytesBuffered === 0) connection.chunks = [];
    process(data);
  };
}

function connectionsOf(broker: unknown): readonly unknown[] {
  const pool = propertyOf(propertyOf(broker, 'connectionPool'), 'pool');
  return Array.isArray(pool) ? pool : [undefined];
}

function isConnection(value: unknown): boolean {
  return (
    hasMethods(value, ['processData']) &&
    typeof propertyOf(value, 'bytesBuffered') === 'number' &&
    Array.isArray(propertyOf(value, 'chunks')) &&
    hasMethods(propertyOf(value, 'requestQueue'), ['scheduleCheckPendingRequests']) &&
    Array.isArray(propertyOf(propertyOf(value, 'requestQueue'), 'pending'))
  );
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
