import { gunzipSync } from 'node:zlib';
import { SoundFlowError } from '../../core/errors.ts';
import type { LogRecord } from '../../core/ports/event-log.ts';

const HEADER_BYTES = 61;
const PREFIX_BYTES = 12;
const MAGIC = 2;
const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];

/** A record batch of format 2 by its header; offsets `[baseOffset, nextOffset)` belong to it even where it holds no record. */
export interface RecordBatch {
  readonly baseOffset: number;
  readonly nextOffset: number;
  readonly producerId: bigint;
  readonly transactional: boolean;
  /** Holds a marker that ends a transaction instead of records. */
  readonly control: boolean;
  readonly codec: number;
  readonly count: number;
  readonly baseTimestamp: number;
  /** The time of all records when the broker stamped them, else null. */
  readonly appendTime: number | null;
  readonly body: Buffer;
}

/** The whole batches at the front of `records`, and how many bytes the first needs when not even that is whole (else 0). */
export function batchesOf(records: Buffer): { readonly batches: readonly RecordBatch[]; readonly needed: number } {
  const batches: RecordBatch[] = [];
  let at = 0;
  let end = 0;
  while (at + PREFIX_BYTES <= records.length) {
    end = at + PREFIX_BYTES + records.readInt32BE(at + 8);
    if (end > records.length) break;
    batches.push(batchAt(records.subarray(at, end)));
    at = end;
  }
  return { batches, needed: batches.length > 0 || records.length === 0 ? 0 : Math.max(end, 2 * records.length) };
}

function batchAt(batch: Buffer): RecordBatch {
  const magic = batch.readInt8(16);
  if (magic !== MAGIC) {
    const message = `record batch: format ${String(magic)} is older than Kafka 0.11. Set log.message.format.version and write the topic anew.`;
    throw new SoundFlowError('BAD_REQUEST', message);
  }
  const attributes = batch.readInt16BE(21);
  const baseOffset = Number(batch.readBigInt64BE(0));
  return {
    baseOffset,
    nextOffset: baseOffset + batch.readInt32BE(23) + 1,
    producerId: batch.readBigInt64BE(43),
    transactional: (attributes & 16) !== 0,
    control: (attributes & 32) !== 0,
    codec: attributes & 7,
    count: batch.readInt32BE(57),
    baseTimestamp: Number(batch.readBigInt64BE(27)),
    appendTime: (attributes & 8) === 0 ? null : Number(batch.readBigInt64BE(35)),
    body: batch.subarray(HEADER_BYTES),
  };
}

/** Whether a control batch says that its producer's transaction was aborted. */
export function isAbortMarker(batch: RecordBatch): boolean {
  const cursor = { bytes: batch.body, at: 0 };
  readVarint(cursor);
  cursor.at += 1;
  readVarint(cursor);
  readVarint(cursor);
  return readVarint(cursor) >= 4 && cursor.bytes.readInt16BE(cursor.at + 2) === 0;
}

/** Records of a batch in offset order. Values are views of the batch's memory. @throws BAD_SETTING for a compression that cannot be read. */
export function* recordsOf(batch: RecordBatch, partition: number): Generator<LogRecord> {
  const cursor = { bytes: inflated(batch), at: 0 };
  for (let index = 0; index < batch.count; index += 1) {
    const length = readVarint(cursor);
    const end = cursor.at + length;
    cursor.at += 1; // attributes: none are defined
    const sinceFirst = readVarint(cursor);
    const offset = batch.baseOffset + readVarint(cursor);
    readBytes(cursor);
    const value = readBytes(cursor);
    yield { partition, offset, timestamp: batch.appendTime ?? batch.baseTimestamp + sinceFirst, value };
    cursor.at = end;
  }
}

interface Cursor {
  readonly bytes: Buffer;
  at: number;
}

/** A zigzag varint of up to 64 bits; exact up to 53. */
function readVarint(cursor: Cursor): number {
  let unsigned = 0;
  let weight = 1;
  let byte: number;
  do {
    byte = cursor.bytes.readUInt8(cursor.at);
    cursor.at += 1;
    unsigned += (byte & 127) * weight;
    weight *= 128;
  } while (byte >= 128);
  return unsigned % 2 === 0 ? unsigned / 2 : -(unsigned + 1) / 2;
}

function readBytes(cursor: Cursor): Buffer | null {
  const length = readVarint(cursor);
  if (length < 0) return null;
  const start = cursor.at;
  cursor.at += length;
  return cursor.bytes.subarray(start, cursor.at);
}

function inflated({ codec, body, baseOffset }: RecordBatch): Buffer {
  if (codec === 0) return body;
  if (codec === 1) return gunzipSync(body);
  const name = CODECS[codec] ?? `compression ${String(codec)}`;
  const message = `record batch at offset ${String(baseOffset)}: ${name} cannot be read. Set the topic's compression.type to gzip or uncompressed.`;
  throw new SoundFlowError('BAD_SETTING', message);
}
