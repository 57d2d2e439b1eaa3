import { z } from 'zod';
import type { SinkPosition } from '../../core/ports/event-sink.ts';
import type { BrokerSettings } from './client.ts';
import { openCluster, type Cluster, type Leader } from './cluster.ts';
import { inflate } from './compression.ts';
import { withRetries } from './failure.ts';
import { decodeFetch, encodeFetch } from './fetch-protocol.ts';
import { batchesOf, type RecordBatch } from './record-batches.ts';
import { headersOf, type Headers } from './record-headers.ts';

const FETCH_BYTES = 1024 * 1024;
/** Most logs end with an event of ours; where others wrote after it, we look further and further back. */
const FIRST_SPAN = 100;
const SPAN_GROWTH = 10;

const whole = z.string().regex(/^\d+$/).transform(Number).pipe(z.int());
const Stamp = z.object({ simulation: z.string().min(1), sequence: whole, timestamp: whole });
type Stamp = z.infer<typeof Stamp>;

/** Headers that each event carries: which simulation it is of, its number there, and its own time. */
export function stampHeaders(stamp: Stamp): Record<keyof Stamp, string> {
  return { simulation: stamp.simulation, sequence: String(stamp.sequence), timestamp: String(stamp.timestamp) };
}

/** The newest record with a stamp of each partition, read without a group. @throws NOT_FOUND, UNAVAILABLE */
export async function readPositions(settings: BrokerSettings, topics: readonly string[]): Promise<readonly SinkPosition[]> {
  const found: SinkPosition[] = [];
  for (const topic of topics) {
    found.push(...(await withRetries({ place: `topic ${topic}, newest events`, topic }, () => positionsOf(settings, topic))));
  }
  return found;
}

async function positionsOf(settings: BrokerSettings, topic: string): Promise<readonly SinkPosition[]> {
  const cluster = await openCluster(settings);
  try {
    const found: SinkPosition[] = [];
    for (const leader of await cluster.leaders(topic)) {
      const stamp = await newestStamp(cluster, topic, leader);
      if (stamp !== null) found.push({ topic, partition: leader.partition, ...stamp });
    }
    return found;
  } finally {
    await cluster.disconnect();
  }
}

async function newestStamp(cluster: Cluster, topic: string, leader: Leader): Promise<Stamp | null> {
  const edge = async (which: 'start' | 'end'): Promise<number> =>
    (await cluster.listOffsets(topic, [leader], which)).get(leader.partition) ?? 0;
  const start = await edge('start');
  let to = await edge('end');
  for (let span = FIRST_SPAN; to > start; span *= SPAN_GROWTH) {
    const from = Math.max(start, to - span);
    const stamp = await lastStamp(cluster, { topic, leader, from, to });
    if (stamp !== null) return stamp;
    to = from;
  }
  return null;
}

interface Span {
  readonly topic: string;
  readonly leader: Leader;
  readonly from: number;
  readonly to: number;
}

async function lastStamp(cluster: Cluster, { topic, leader, from, to }: Span): Promise<Stamp | null> {
  let last: Stamp | null = null;
  let maxBytes = FETCH_BYTES;
  for (let offset = from; offset < to;) {
    const request = encodeFetch({ topic, partition: leader.partition, offset, maxBytes });
    const { errorCode, records } = decodeFetch(await cluster.fetch(leader.node, request));
    const { batches, needed, flaw } = batchesOf(records, offset);
    maxBytes = Math.max(FETCH_BYTES, needed);
    for (const batch of batches) {
      last = (await lastStampOf(topic, batch)) ?? last;
      offset = batch.nextOffset;
    }
    if (batches.length === 0 && needed === 0)
      throw new Error(`nothing at offset ${String(offset)} (${flaw ?? `error code ${String(errorCode)}`})`);
  }
  return last;
}

async function lastStampOf(topic: string, batch: RecordBatch): Promise<Stamp | null> {
  if (batch.control) return null;
  const { codec, source, bodyAt, end, baseOffset } = batch;
  const place = `topic ${topic}, record batch at offset ${String(baseOffset)}`;
  const records = await inflate({ codec, body: source.subarray(bodyAt, end), place });
  return [...headersOf(records, batch.count)].map(stampOf).findLast((stamp) => stamp !== null) ?? null;
}

function stampOf(headers: Headers): Stamp | null {
  const stamp = Stamp.safeParse(Object.fromEntries(headers));
  return stamp.success ? stamp.data : null;
}
