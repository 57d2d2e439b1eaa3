import { SoundFlowError } from '../../core/errors.ts';
import type { LogRecord, OffsetRange, PartitionOffsets } from '../../core/ports/event-log.ts';
import { throwIfAborted } from './failure.ts';
import type { AbortedTransaction, Fetched } from './fetch-protocol.ts';
import { batchesOf, isAbortMarker, recordsOf, type RecordBatch } from './record-batches.ts';

const CHUNK_RECORDS = 4_000;
const CHUNK_BYTES = 4 * 1024 * 1024;
/** Answers without a batch, one after another, that prove there is none: a busy broker may well give one or two. */
const EMPTY_ANSWERS = 6;
/** Answers without a batch that we wait through while the range's end is not stable yet. */
const PATIENCE = 20;
const OFFSET_OUT_OF_RANGE = 1;

/** How one range is read. */
export interface RangeReader {
  readonly topic: string;
  readonly range: OffsetRange;
  readonly signal: AbortSignal | undefined;
  readonly fetchBytes: number;
  /** One fetch, retried where that helps; any error code but OFFSET_OUT_OF_RANGE is thrown. */
  readonly fetch: (offset: number, maxBytes: number) => Promise<Fetched>;
  /** What the partition holds now. */
  readonly bounds: () => Promise<PartitionOffsets>;
}

/**
 * The committed records of a range in chunks. Goes on by the end of each batch, so that what holds no record (markers,
 * aborted records, compacted batches) is passed over wherever it lies.
 */
export async function* readRange(reader: RangeReader): AsyncIterable<readonly LogRecord[]> {
  const { range, fetchBytes } = reader;
  let position = range.from;
  let maxBytes = fetchBytes;
  let empty = 0;
  while (position < range.to) {
    throwIfAborted(reader.signal, placeOf(reader));
    const fetched = await reader.fetch(position, maxBytes);
    if (fetched.errorCode === OFFSET_OUT_OF_RANGE || fetched.logStart > position) throw await loss(reader, position);
    const { batches, needed } = batchesOf(fetched.records);
    maxBytes = Math.max(fetchBytes, needed);
    const end = batches.at(-1)?.nextOffset ?? position;
    empty = end > position || needed > 0 || fetched.throttled ? 0 : empty + 1;
    if (isOver(reader, fetched, empty)) return;
    yield* chunksOf(committed(batches, fetched.aborted), { partition: range.partition, from: position, to: range.to });
    position = Math.max(position, end);
  }
}

/** Whether nothing is left to come although the range's end was not reached: the rest was compacted away. @throws UNAVAILABLE */
function isOver(reader: RangeReader, { lastStableOffset }: Fetched, empty: number): boolean {
  const { range } = reader;
  if (lastStableOffset >= range.to) return empty >= EMPTY_ANSWERS;
  if (empty < PATIENCE) return false;
  const message = `${placeOf(reader)}: the broker gives only what is before offset ${String(lastStableOffset)}. Wait for its open transactions and replicas, or check whether the topic was made anew.`;
  throw new SoundFlowError('UNAVAILABLE', message);
}

function* committed(batches: readonly RecordBatch[], aborted: readonly AbortedTransaction[]): Generator<RecordBatch> {
  const upcoming = [...aborted].sort((a, b) => a.firstOffset - b.firstOffset);
  const open = new Set<bigint>();
  for (const batch of batches) {
    while (upcoming[0] !== undefined && upcoming[0].firstOffset < batch.nextOffset) open.add(upcoming.shift()?.producerId ?? -1n);
    if (batch.control) {
      if (batch.count > 0 && isAbortMarker(batch)) open.delete(batch.producerId);
    } else if (!batch.transactional || !open.has(batch.producerId)) {
      yield batch;
    }
  }
}

function* chunksOf(batches: Iterable<RecordBatch>, { partition, from, to }: OffsetRange): Generator<readonly LogRecord[]> {
  let chunk: LogRecord[] = [];
  let bytes = 0;
  for (const batch of batches) {
    if (batch.baseOffset >= to) break;
    for (const record of recordsOf(batch, partition)) {
      if (record.offset < from || record.offset >= to) continue;
      chunk.push(record);
      bytes += record.value?.length ?? 0;
      if (chunk.length < CHUNK_RECORDS && bytes < CHUNK_BYTES) continue;
      yield chunk;
      chunk = [];
      bytes = 0;
    }
  }
  if (chunk.length > 0) yield chunk;
}

async function loss(reader: RangeReader, position: number): Promise<SoundFlowError> {
  const { start, end } = await reader.bounds();
  const why =
    start > position
      ? `the log begins at ${String(start)}, so ${String(Math.min(start, reader.range.to) - position)} offsets from ${String(position)} on are gone. Retention or a deletion took them`
      : `the log ends at ${String(end)}, before offset ${String(position)}. The topic was truncated or made anew`;
  return new SoundFlowError('DATA_LOSS', `${placeOf(reader)}: ${why}; decide what to do with the range before landing goes on.`);
}

function placeOf({ topic, range }: RangeReader): string {
  return `topic ${topic}, partition ${String(range.partition)}, range [${String(range.from)}, ${String(range.to)})`;
}
