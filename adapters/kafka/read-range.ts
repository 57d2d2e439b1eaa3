import { SoundFlowError } from '../../core/errors.ts';
import type { PartitionOffsets, RecordChunk } from '../../core/ports/event-log.ts';
import { OFFSET_OUT_OF_RANGE } from './broker-errors.ts';
import { chunksOf } from './chunks.ts';
import { throwIfAborted } from './failure.ts';
import type { Fetched } from './fetch-protocol.ts';
import { lossOf, placeOf, unstable, type Place } from './place.ts';
import { batchesOf, type RecordBatch } from './record-batches.ts';
import { committed } from './transactions.ts';

/** Answers without a batch, one after another, that prove there is none: a busy broker may well give one or two. */
const EMPTY_ANSWERS = 6;
/** Answers without a batch that we wait through while the range's end is not stable yet. */
const PATIENCE = 20;
/** Times a damaged batch is fetched: the transfer may have damaged it, or the log holds it so. */
const FETCHES_OF_DAMAGED = 3;

/** How one range is read. */
export interface RangeReader extends Place {
  readonly signal: AbortSignal | undefined;
  readonly fetchBytes: number;
  /** One fetch, retried where that helps; any error code but OFFSET_OUT_OF_RANGE is thrown. */
  readonly fetch: (offset: number, maxBytes: number, signal: AbortSignal) => Promise<Fetched>;
  /** What the partition holds now. */
  readonly bounds: () => Promise<PartitionOffsets>;
  /** Told when nobody needs the bytes of an answer any more. */
  readonly done: (fetched: Fetched) => void;
}

/** A fetch and the whole batches in it, which are sound; `needed` bytes are asked for when there is none. */
interface Answer {
  readonly fetched: Fetched;
  readonly batches: readonly RecordBatch[];
  readonly needed: number;
}

/**
 * The committed records of a range in chunks. Goes on by the end of each batch, so that what holds no record (markers,
 * aborted records, compacted batches) is passed over wherever it lies. While the chunks of one answer are consumed, the next is
 * under way, and no more than that.
 */
export async function* readRange(reader: RangeReader): AsyncGenerator<RecordChunk> {
  const { topic, range, fetchBytes } = reader;
  const over = new AbortController();
  const signal = reader.signal === undefined ? over.signal : AbortSignal.any([over.signal, reader.signal]);
  let position = range.from;
  let empty = 0;
  try {
    let coming = position < range.to ? ask(reader, { position, maxBytes: fetchBytes, signal }) : null;
    while (coming !== null) {
      throwIfAborted(reader.signal, placeOf(reader));
      const { fetched, batches, needed } = await coming;
      if (isLost(fetched, position)) throw lossOf(reader, position, await reader.bounds());
      const end = batches.at(-1)?.nextOffset ?? position;
      empty = end > position || needed > 0 || fetched.throttled ? 0 : empty + 1;
      if (isOver(reader, fetched, empty)) return;
      const wanted = { topic, range: { ...range, from: position } };
      position = Math.max(position, end);
      coming = position < range.to ? ask(reader, { position, maxBytes: Math.max(fetchBytes, needed), signal }) : null;
      yield* chunksOf(committed(batches, fetched.aborted), wanted);
      reader.done(fetched);
    }
  } finally {
    over.abort();
  }
}

interface Question {
  readonly position: number;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** Fetches ahead of the reader, who may end before it hears the answer, or that there is none. */
function ask(reader: RangeReader, question: Question): Promise<Answer> {
  const answer = soundAnswer(reader, question);
  answer.catch(() => undefined);
  return answer;
}

async function soundAnswer(reader: RangeReader, { position, maxBytes, signal }: Question): Promise<Answer> {
  for (let fetches = 1; ; fetches += 1) {
    const fetched = await reader.fetch(position, maxBytes, signal);
    const { batches, needed, flaw } = batchesOf(fetched.records, position);
    if (flaw === null || batches.length > 0) return { fetched, batches, needed };
    if (fetches >= FETCHES_OF_DAMAGED) throw damage(reader, position, flaw);
  }
}

function isLost({ errorCode, logStart }: Fetched, position: number): boolean {
  return errorCode === OFFSET_OUT_OF_RANGE || logStart > position;
}

/** Whether nothing is left to come although the range's end was not reached: the rest was compacted away. @throws UNAVAILABLE */
function isOver(reader: RangeReader, { lastStableOffset }: Fetched, empty: number): boolean {
  if (lastStableOffset >= reader.range.to) return empty >= EMPTY_ANSWERS;
  if (empty < PATIENCE) return false;
  throw unstable(reader, lastStableOffset);
}

function damage(reader: RangeReader, position: number, flaw: string): SoundFlowError {
  const message = `${placeOf(reader)}: the record batch at offset ${String(position)} is damaged, fetched ${String(FETCHES_OF_DAMAGED)} times: ${flaw}. Check the broker's disk and network; a replica may hold it whole.`;
  return new SoundFlowError('DAMAGED', message);
}
