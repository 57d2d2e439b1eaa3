import { setImmediate as turn } from 'node:timers/promises';
import { SoundFlowError } from '../../core/errors.ts';
import type { RecordChunk } from '../../core/ports/event-log.ts';
import { inflate } from './compression.ts';
import type { Place } from './place.ts';
import type { RecordBatch } from './record-batches.ts';
import { RecordCursor } from './record-cursor.ts';

const CHUNK_RECORDS = 16_384;
const CHUNK_BYTES = 4 * 1024 * 1024;
/** After inflating so much, others have their turn. */
const TURN_BYTES = 1024 * 1024;

/** Records of `batch` as plain bytes, from `at` to `end` of a larger whole. */
interface Span {
  readonly batch: RecordBatch;
  readonly at: number;
  readonly end: number;
}

/** Bytes that several batches lie in. */
interface Source {
  readonly bytes: Uint8Array;
  readonly spans: readonly Span[];
}

/**
 * The records of `batches` that lie in the range, in chunks of at most 16,384 and about 4 MiB. Without compression the bytes
 * of a chunk are those of the batches themselves; what was compressed is put together. Others have their turn between chunks.
 * @throws DAMAGED when a batch is not laid out as one, BAD_REQUEST.
 */
export async function* chunksOf(batches: Iterable<RecordBatch>, wanted: Place): AsyncGenerator<RecordChunk> {
  const { from, to } = wanted.range;
  const within = [...batches].filter(({ baseOffset, nextOffset }) => baseOffset < to && nextOffset > from);
  const sources = within.every(({ codec }) => codec === 0) ? [inPlace(within)] : putTogether(within, wanted);
  for await (const source of sources) {
    for (const chunk of cut(source, wanted)) {
      yield chunk;
      await turn();
    }
  }
}

function inPlace(batches: readonly RecordBatch[]): Source {
  const bytes = batches[0]?.source ?? new Uint8Array(0);
  return { bytes, spans: batches.map((batch) => ({ batch, at: batch.bodyAt, end: batch.end })) };
}

async function* putTogether(batches: readonly RecordBatch[], wanted: Place): AsyncGenerator<Source> {
  let [parts, spans, size, sinceTurn]: [Buffer[], Span[], number, number] = [[], [], 0, 0];
  for (const batch of batches) {
    const { codec, source, bodyAt, end } = batch;
    const part = await inflate({ codec, body: source.subarray(bodyAt, end), place: batchPlace(wanted, batch) });
    if (size > 0 && size + part.length > CHUNK_BYTES) {
      yield { bytes: joined(parts), spans };
      [parts, spans, size] = [[], [], 0];
    }
    parts.push(part);
    spans.push({ batch, at: size, end: size + part.length });
    size += part.length;
    sinceTurn += part.length;
    if (sinceTurn < TURN_BYTES) continue;
    sinceTurn = 0;
    await turn();
  }
  if (size > 0) yield { bytes: joined(parts), spans };
}

function joined(parts: readonly Buffer[]): Buffer {
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
}

function* cut({ bytes, spans }: Source, wanted: Place): Generator<RecordChunk> {
  let left = spans.reduce((sum, { batch }) => sum + batch.count, 0);
  let chunk = new ChunkWriter(bytes, left);
  for (const span of spans) {
    const walk = new RecordWalk(bytes, span, wanted);
    while (!walk.isOver) {
      left -= walk.fill(chunk);
      if (!chunk.isFull) continue;
      yield chunk.finish(wanted.range.partition);
      chunk = new ChunkWriter(bytes, left);
    }
  }
  if (chunk.count > 0) yield chunk.finish(wanted.range.partition);
}

/** A chunk while it fills. */
class ChunkWriter {
  readonly offsets: Float64Array;
  readonly timestamps: Float64Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly bytes: Uint8Array;
  count = 0;
  /** Checksum of the batch that the last record is of. */
  crc = 0;
  isFull = false;

  constructor(bytes: Uint8Array, expected: number) {
    const room = Math.max(1, Math.min(expected, CHUNK_RECORDS));
    this.bytes = bytes;
    this.offsets = new Float64Array(room);
    this.timestamps = new Float64Array(room);
    this.starts = new Int32Array(room);
    this.ends = new Int32Array(room);
  }

  finish(partition: number): RecordChunk {
    const { count, offsets, timestamps, starts, ends, bytes, crc } = this;
    return { partition, count, offsets, timestamps, starts, ends, bytes, mark: { offset: offsets[count - 1] ?? 0, crc } };
  }
}

/** Goes through the records of one span; can stop after any of them. */
class RecordWalk {
  readonly #cursor: RecordCursor;
  readonly #span: Span;
  readonly #wanted: Place;
  #left: number;

  constructor(bytes: Uint8Array, span: Span, wanted: Place) {
    this.#cursor = new RecordCursor(bytes, span.at);
    this.#span = span;
    this.#wanted = wanted;
    this.#left = span.batch.count;
  }

  get isOver(): boolean {
    return this.#left <= 0;
  }

  /** Adds records until the chunk is full or there are no more; returns how many were passed. */
  fill(chunk: ChunkWriter): number {
    const { batch, end } = this.#span;
    const { from, to } = this.#wanted.range;
    const { baseOffset, baseTimestamp, appendTime } = batch;
    const { offsets, timestamps, starts, ends } = chunk;
    const cursor = this.#cursor;
    const room = offsets.length;
    const bytesTo = (chunk.count > 0 ? (starts[0] ?? 0) : cursor.at) + CHUNK_BYTES;
    let [count, left] = [chunk.count, this.#left];
    for (; left > 0 && count < room && cursor.at < bytesTo; left -= 1) {
      const next = cursor.varint() + cursor.at;
      cursor.at += 1; // attributes: none are defined
      const time = cursor.varint();
      const offset = baseOffset + cursor.varint();
      const keySize = cursor.varint();
      cursor.at += Math.max(0, keySize);
      const size = cursor.varint();
      if (cursor.at + size > next || next > end) throw this.#malformed(offset);
      if (offset >= from && offset < to) {
        offsets[count] = offset;
        timestamps[count] = appendTime ?? baseTimestamp + time;
        starts[count] = cursor.at;
        ends[count] = size < 0 ? -1 : cursor.at + size;
        count += 1;
      }
      cursor.at = next;
    }
    const passed = this.#left - left;
    if (count > chunk.count) chunk.crc = batch.crc;
    chunk.isFull = count > 0 && (count === room || cursor.at >= bytesTo);
    chunk.count = count;
    this.#left = left;
    return passed;
  }

  #malformed(offset: number): SoundFlowError {
    const message = `${batchPlace(this.#wanted, this.#span.batch)}: its record ${String(offset)} does not end where it should. Its producer wrote it so: skip the range, or have it sent anew.`;
    return new SoundFlowError('DAMAGED', message);
  }
}

function batchPlace({ topic, range }: Place, { baseOffset }: RecordBatch): string {
  return `topic ${topic}, partition ${String(range.partition)}, record batch at offset ${String(baseOffset)}`;
}
