import { SoundFlowError } from '../../core/errors.ts';
import type { EventLog, PartitionOffsets } from '../../core/ports/event-log.ts';
import { OFFSET_OUT_OF_RANGE, throwIfFailed } from './broker-errors.ts';
import type { BrokerSettings } from './client.ts';
import { openCluster, type Cluster, type Leader, type PartitionMap } from './cluster.ts';
import { withRetries } from './failure.ts';
import { decodeFetch, encodeFetch, type Fetched, type FetchRequest } from './fetch-protocol.ts';
import { checksumsAt } from './identify.ts';
import { shareWhileUsed, type Shared } from './idle.ts';
import { readRange } from './read-range.ts';
import { ResponseMemory } from './response-memory.ts';

const FETCH_BYTES = 4 * 1024 * 1024;
const IDLE_MS = 5_000;

/** What tests make small. */
export interface ReadingSettings {
  /** About how much one fetch brings at most, 4 MiB; a larger batch still comes whole. */
  readonly fetchBytes?: number;
  /** After how long without use connections are closed, 5 seconds. */
  readonly idleMs?: number;
}

/** Brokers, the name they see us by, and what tests make small. */
export interface KafkaEventLogSettings extends BrokerSettings, ReadingSettings {}

/** One open cluster and what it said about leaders: both are given up together when something fails. */
interface Session {
  readonly cluster: Cluster;
  readonly leaders: Map<string, readonly Leader[]>;
}

/** Reads topics of a Kafka cluster by exact offsets, read-committed, without a consumer group. */
export function createKafkaEventLog({ fetchBytes, idleMs, ...settings }: KafkaEventLogSettings): EventLog {
  const reading = { ...(fetchBytes === undefined ? {} : { fetchBytes }), ...(idleMs === undefined ? {} : { idleMs }) };
  const memory = new ResponseMemory();
  return eventLogOn(() => openCluster({ ...settings, memory }), reading, memory);
}

/** The same on any cluster; `open` connects to it anew after each failure, and puts responses into `memory`. */
export function eventLogOn(
  open: () => Promise<Cluster>,
  { fetchBytes = FETCH_BYTES, idleMs = IDLE_MS }: ReadingSettings = {},
  memory = new ResponseMemory(),
): EventLog {
  const sessions: Shared<Session> = shareWhileUsed({
    open: async () => ({ cluster: await open(), leaders: new Map() }),
    close: ({ cluster }) => {
      memory.clear();
      return cluster.disconnect();
    },
    idleMs,
  });

  const offsets = (topic: string): Promise<readonly PartitionOffsets[]> =>
    withRetries({ place: `topic ${topic}, offsets`, topic }, () => sessions.use((session) => offsetsOf(session, topic)));

  async function boundsOf(topic: string, partition: number): Promise<PartitionOffsets> {
    const bounds = (await offsets(topic)).find((one) => one.partition === partition);
    return bounds ?? { partition, start: 0, end: 0 };
  }

  const fetch = (request: FetchRequest, signal?: AbortSignal): Promise<Fetched> => {
    const { topic, partition, offset } = request;
    const place = `topic ${topic}, partition ${String(partition)}, offset ${String(offset)}`;
    return withRetries({ place, topic, signal }, () => sessions.use((session) => fetchFrom(session, request)));
  };

  const describe = (topic: string): Promise<Description> =>
    withRetries({ place: `topic ${topic}, identity`, topic }, () => sessions.use((session) => describeTopic(session, topic)));

  return {
    offsets,
    identify: async (topic, at) => {
      const { id, partitions } = await describe(topic);
      const held = Object.entries(at).filter(([partition]) => partitions.has(Number(partition)));
      const nowhere = Object.fromEntries(Object.keys(at).map((partition) => [partition, null]));
      const lookup = {
        fetch: (partition: number, offset: number, maxBytes: number) => fetch({ topic, partition, offset, maxBytes, waitMs: 0 }),
      };
      return { id, checksums: { ...nowhere, ...(await checksumsAt(lookup, held)) } };
    },
    read: (topic, range, signal) =>
      readRange({
        topic,
        range,
        signal,
        fetchBytes,
        fetch: (offset, maxBytes, stop) => fetch({ topic, partition: range.partition, offset, maxBytes }, stop),
        bounds: () => boundsOf(topic, range.partition),
        done: ({ records }) => {
          memory.giveBack(records);
        },
      }),
    announce: (group, topic, next) =>
      withRetries({ place: `group ${group}, topic ${topic}`, topic }, () =>
        sessions.use((session) => announce(session, { group, topic, next })),
      ),
    close: () => sessions.close(),
  };
}

async function leadersNow({ cluster, leaders }: Session, topic: string): Promise<readonly Leader[]> {
  const all = await cluster.leaders(topic);
  leaders.set(topic, all);
  return all;
}

async function offsetsOf(session: Session, topic: string): Promise<readonly PartitionOffsets[]> {
  const { cluster } = session;
  const all = await leadersNow(session, topic);
  const nodes = [...new Set(all.map(({ node }) => node))];
  const found = await Promise.all(
    nodes.map(async (node) => {
      const led = all.filter((leader) => leader.node === node);
      // The start first: both only grow, so it is never above the end.
      const starts = await cluster.listOffsets(topic, led, 'start');
      const ends = await cluster.listOffsets(topic, led, 'end');
      return led.map(({ partition }) => ({ partition, start: starts.get(partition) ?? 0, end: ends.get(partition) ?? 0 }));
    }),
  );
  return found.flat().sort((a, b) => a.partition - b.partition);
}

async function fetchFrom(session: Session, request: FetchRequest): Promise<Fetched> {
  const { topic, partition } = request;
  const known = session.leaders.get(topic) ?? (await leadersNow(session, topic));
  const leader = known.find((one) => one.partition === partition);
  if (leader === undefined) throw unknownPartition(topic, partition, known.length);
  const fetched = decodeFetch(await session.cluster.fetch(leader.node, encodeFetch(request)));
  if (fetched.errorCode !== OFFSET_OUT_OF_RANGE) throwIfFailed(fetched.errorCode, topic);
  return fetched;
}

interface Description {
  readonly id: string | null;
  readonly partitions: ReadonlySet<number>;
}

async function describeTopic(session: Session, topic: string): Promise<Description> {
  const leaders = await leadersNow(session, topic);
  const node = leaders.find((leader) => leader.node >= 0)?.node ?? -1;
  return {
    id: await session.cluster.topicId(node, topic),
    partitions: new Set(leaders.map(({ partition }) => partition)),
  };
}

interface Announcement {
  readonly group: string;
  readonly topic: string;
  readonly next: Readonly<Record<string, number>>;
}

async function announce({ cluster }: Session, { group, topic, next }: Announcement): Promise<void> {
  const wanted: PartitionMap = new Map(Object.entries(next).map(([partition, offset]) => [Number(partition), offset]));
  if (wanted.size === 0) return;
  await cluster.leaders(topic);
  const committed = await cluster.committed(group, topic, [...wanted.keys()]);
  const ahead = new Map([...wanted].filter(([partition, offset]) => offset > (committed.get(partition) ?? -1)));
  if (ahead.size > 0) await cluster.commit(group, topic, ahead);
}

function unknownPartition(topic: string, partition: number, count: number): SoundFlowError {
  const message = `topic ${topic}: has no partition ${String(partition)} but ${String(count)}. A topic never loses partitions: was it made anew?`;
  return new SoundFlowError('NOT_FOUND', message);
}
