import kafkajs from 'kafkajs';
import { z } from 'zod';
import type { EventLog, LogRecord, RecordChunk } from '../../core/ports/event-log.ts';
import { chunkOf } from '../../core/records.ts';
import type { BrokerSettings } from './client.ts';
import { inflate } from './compression.ts';
import { createKafkaEventLog } from './event-log.ts';
import { throwIfAborted, typeOf, withRetries } from './failure.ts';
import { brokerOf, connectPrivately, READ_COMMITTED, type PrivateCluster } from './kafkajs-private.ts';
import { lossOf, placeOf, unstable, type Place } from './place.ts';

const FETCH_BYTES = 1024 * 1024;
const WAIT_MS = 100;
const PATIENCE = 50;
/** A busy broker may give nothing where there is something. */
const EMPTY_ANSWERS = 6;
const CHUNK_RECORDS = 1_000;
const ABORT_KEY = Buffer.from([0, 0, 0, 0]);

const whole = z.string().transform(Number).pipe(z.int());
const bytes = z.instanceof(Buffer).nullable();
const Message = z.object({
  offset: whole,
  timestamp: whole,
  key: bytes,
  value: bytes,
  isControlRecord: z.boolean(),
  batchContext: z.object({ firstOffset: whole, lastOffsetDelta: z.int(), producerId: z.string(), inTransaction: z.boolean() }),
});
type Message = z.infer<typeof Message>;
const Aborted = z.object({ producerId: z.string(), firstOffset: whole });
const Answer = z.object({
  lastStableOffset: whole,
  lastStartOffset: whole,
  abortedTransactions: z.array(Aborted).nullable(),
  messages: z.array(Message),
});
type Answer = z.infer<typeof Answer>;
const Fetch = z.object({ responses: z.tuple([z.object({ partitions: z.tuple([Answer]) })]) });
const Leaders = z.array(z.object({ partitionId: z.int(), leader: z.int() }));

/**
 * The same event log with kafkajs's own decoding of records, an object for each: the oracle that the fast reader is compared
 * with. Its chunks have no marks, and no checksum is looked at.
 */
export function createPlainEventLog(settings: BrokerSettings): EventLog {
  registerCodecs();
  const log = createKafkaEventLog(settings);
  const connection: { cluster: Promise<PrivateCluster> | null } = { cluster: null };
  let last: Promise<unknown> = Promise.resolve();

  // One at a time: of several fetches that find a broker's connection closed, kafkajs has each open one, and closes the last.
  const fetch = (place: Place, offset: number): Promise<Answer> => {
    const mine = last.then(async () => {
      connection.cluster ??= connectPrivately(settings);
      return fetchPlainly(await connection.cluster, place, offset);
    });
    last = mine.catch(() => undefined);
    return mine;
  };

  return {
    ...log,
    read: (topic, range, signal) =>
      readPlainly({ topic, range }, signal, {
        fetch,
        bounds: async () =>
          (await log.offsets(topic)).find(({ partition }) => partition === range.partition) ?? { ...range, start: 0, end: 0 },
      }),
    close: async () => {
      await (await connection.cluster)?.disconnect();
      await log.close();
    },
  };
}

interface PlainSource {
  readonly fetch: (place: Place, offset: number) => Promise<Answer>;
  readonly bounds: () => Promise<Parameters<typeof lossOf>[2]>;
}

async function* readPlainly(place: Place, signal: AbortSignal | undefined, source: PlainSource): AsyncGenerator<RecordChunk> {
  const { topic, range } = place;
  let position = range.from;
  let empty = 0;
  while (position < range.to) {
    const attempt = { place: placeOf(place), topic, signal };
    const answer = await withRetries(attempt, () => lossAsNull(source.fetch(place, position)));
    if (answer === null || answer.lastStartOffset > position) throw lossOf(place, position, await source.bounds());
    const records = committedOf(answer).filter(({ offset }) => offset >= position && offset < range.to);
    const last = answer.messages.at(-1)?.batchContext;
    empty = last === undefined ? empty + 1 : 0;
    if (empty > PATIENCE) throw unstable(place, answer.lastStableOffset);
    if (last !== undefined) position = Math.max(position, last.firstOffset + last.lastOffsetDelta + 1);
    // kafkajs shows nothing of a batch without records: what is stable and again not shown is passed over one by one.
    else if (position < answer.lastStableOffset && empty >= EMPTY_ANSWERS) [position, empty] = [position + 1, 0];
    for (let at = 0; at < records.length; at += CHUNK_RECORDS)
      yield chunkOf(range.partition, records.slice(at, at + CHUNK_RECORDS).map(recordOf(range.partition)));
    throwIfAborted(signal, attempt.place);
  }
}

async function fetchPlainly(cluster: PrivateCluster, { topic, range }: Place, offset: number): Promise<Answer> {
  const { partition } = range;
  await cluster.brokerPool.refreshMetadata([topic]);
  const leaders = Leaders.parse(cluster.findTopicPartitionMetadata(topic));
  const leader = leaders.find(({ partitionId }) => partitionId === partition);
  const unknown = Object.assign(new Error(`no partition ${String(partition)}`), { type: 'UNKNOWN_TOPIC_OR_PARTITION' });
  if (leader === undefined) throw unknown;
  const broker = await brokerOf(cluster, leader.leader);
  const wanted = { topic, partitions: [{ partition, fetchOffset: String(offset), maxBytes: FETCH_BYTES }] };
  const limits = { isolationLevel: READ_COMMITTED, maxWaitTime: WAIT_MS, minBytes: 1, maxBytes: FETCH_BYTES };
  const { responses } = Fetch.parse(await broker.fetch({ ...limits, topics: [wanted] }));
  return responses[0].partitions[0];
}

async function lossAsNull(fetching: Promise<Answer>): Promise<Answer | null> {
  try {
    return await fetching;
  } catch (cause) {
    if (typeOf(cause) === 'OFFSET_OUT_OF_RANGE') return null;
    throw cause;
  }
}

function committedOf({ messages, abortedTransactions }: Answer): readonly Message[] {
  const upcoming = [...(abortedTransactions ?? [])].sort((a, b) => a.firstOffset - b.firstOffset);
  const open = new Set<string>();
  return messages.filter(({ offset, isControlRecord, key, batchContext: { producerId, inTransaction } }) => {
    while (upcoming[0] !== undefined && upcoming[0].firstOffset <= offset) open.add(upcoming.shift()?.producerId ?? '');
    if (isControlRecord && key?.equals(ABORT_KEY) === true) open.delete(producerId);
    return !isControlRecord && !(inTransaction && open.has(producerId));
  });
}

function recordOf(partition: number): (message: Message) => LogRecord {
  return ({ offset, timestamp, value }) => ({ partition, offset, timestamp, value });
}

/** kafkajs brings gzip alone; its registry is one for the whole process. */
function registerCodecs(): void {
  const inflating = (codec: number) => () => ({
    compress: () => Promise.reject(new Error('is not used for sending')),
    decompress: (body: Buffer) => inflate({ codec, body, place: 'record batch read by kafkajs' }),
  });
  kafkajs.CompressionCodecs[kafkajs.CompressionTypes.Snappy] = inflating(2);
  kafkajs.CompressionCodecs[kafkajs.CompressionTypes.LZ4] = inflating(3);
  kafkajs.CompressionCodecs[kafkajs.CompressionTypes.ZSTD] = inflating(4);
}
