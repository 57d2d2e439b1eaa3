import { SoundFlowError } from '../../core/errors.ts';
import type { EventLog, OffsetRange, PartitionOffsets } from '../../core/ports/event-log.ts';
import type { BrokerSettings } from './client.ts';
import { openCluster, type Cluster, type Leader, type PartitionMap } from './cluster.ts';
import { withRetries } from './failure.ts';
import { decodeFetch, encodeFetch, type Fetched } from './fetch-protocol.ts';
import { shareWhileUsed, type Shared } from './idle.ts';
import { readRange } from './read-range.ts';

const FETCH_BYTES = 4 * 1024 * 1024;
/** An idle connection of kafkajs takes 5% of a core. */
const IDLE_MS = 5_000;
const NO_ERROR = 0;
const OFFSET_OUT_OF_RANGE = 1;
const UNKNOWN_TOPIC_OR_PARTITION = 3;

/** Brokers, the name they see us by, and what tests make small. */
export interface KafkaEventLogSettings extends BrokerSettings {
  /** About how much one fetch brings at most, 4 MiB; a larger batch still comes whole. */
  readonly fetchBytes?: number;
  /** After how long without use connections are closed, 5 seconds. */
  readonly idleMs?: number;
}

type Leaders = Map<string, readonly Leader[]>;

/** One open cluster and what it said about leaders: both are given up together when something fails. */
interface Session {
  readonly cluster: Cluster;
  readonly leaders: Leaders;
}

/** Reads topics of a Kafka cluster by exact offsets, read-committed, without a consumer group. */
export function createKafkaEventLog({
  fetchBytes = FETCH_BYTES,
  idleMs = IDLE_MS,
  ...settings
}: KafkaEventLogSettings): EventLog {
  const sessions: Shared<Session> = shareWhileUsed({
    open: async () => ({ cluster: await openCluster(settings), leaders: new Map() }),
    close: ({ cluster }) => cluster.disconnect(),
    idleMs,
  });

  const offsets = (topic: string): Promise<readonly PartitionOffsets[]> =>
    withRetries({ place: `topic ${topic}, offsets`, topic }, () => sessions.use((session) => offsetsOf(session, topic)));

  async function boundsOf(topic: string, partition: number): Promise<PartitionOffsets> {
    const bounds = (await offsets(topic)).find((one) => one.partition === partition);
    return bounds ?? { partition, start: 0, end: 0 };
  }

  return {
    offsets,
    read: (topic, range, signal) =>
      readRange({
        topic,
        range,
        signal,
        fetchBytes,
        fetch: (offset, maxBytes) =>
          withRetries(
            { place: `topic ${topic}, partition ${String(range.partition)}, offset ${String(offset)}`, topic, signal },
            () => sessions.use((session) => fetchFrom(session, { topic, range, offset, maxBytes })),
          ),
        bounds: () => boundsOf(topic, range.partition),
      }),
    announce: (group, topic, next) =>
      withRetries({ place: `group ${group}, topic ${topic}`, topic }, () =>
        sessions.use((session) => announce(session, { group, topic, next })),
      ),
    close: () => sessions.close(),
  };
}

async function offsetsOf({ cluster, leaders }: Session, topic: string): Promise<readonly PartitionOffsets[]> {
  const all = await cluster.leaders(topic);
  leaders.set(topic, all);
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

interface FetchAt {
  readonly topic: string;
  readonly range: OffsetRange;
  readonly offset: number;
  readonly maxBytes: number;
}

async function fetchFrom({ cluster, leaders }: Session, { topic, range, offset, maxBytes }: FetchAt): Promise<Fetched> {
  const { partition } = range;
  const known = leaders.get(topic) ?? (await cluster.leaders(topic));
  leaders.set(topic, known);
  const leader = known.find((one) => one.partition === partition);
  if (leader === undefined) throw unknownPartition(topic, partition, known.length);
  const fetched = decodeFetch(await cluster.fetch(leader.node, encodeFetch({ topic, partition, offset, maxBytes })));
  if (fetched.errorCode === NO_ERROR || fetched.errorCode === OFFSET_OUT_OF_RANGE) return fetched;
  const type =
    fetched.errorCode === UNKNOWN_TOPIC_OR_PARTITION ? 'UNKNOWN_TOPIC_OR_PARTITION' : `code ${String(fetched.errorCode)}`;
  throw Object.assign(new Error(`Kafka answered a fetch with error ${type}`), { type });
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
