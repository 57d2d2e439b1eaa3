import { crc32c } from '@node-rs/crc32';

const HEADER_BYTES = 61;
const PREFIX_BYTES = 12;
const MAGIC = 2;
/** The checksum covers a batch from its attributes on. */
const CHECKED_FROM = 21;
const CHECKSUM_AT = 17;
/** A size that no batch has, but a damaged one may claim. */
const LARGEST_BYTES = 256 * 1024 * 1024;

/** A record batch of format 2 by its header; offsets `[baseOffset, nextOffset)` belong to it even where it holds no record. */
export interface RecordBatch {
  readonly baseOffset: number;
  readonly nextOffset: number;
  /** CRC-32C of the batch as it is stored. */
  readonly crc: number;
  readonly producerId: bigint;
  readonly transactional: boolean;
  /** Holds a marker that ends a transaction instead of records. */
  readonly control: boolean;
  /** Compaction took records out of it, or wrote into it when its tombstones are to go: it is no longer as it was sent. */
  readonly rewritten: boolean;
  readonly codec: number;
  readonly count: number;
  readonly baseTimestamp: number;
  /** The time of all records when the broker stamped them, else null. */
  readonly appendTime: number | null;
  /** Its records as they are stored are `source[bodyAt, end)`. */
  readonly source: Buffer;
  readonly bodyAt: number;
  readonly end: number;
}

/** What lies in a fetched stretch of a log. */
export interface Stretch {
  /** The whole and sound batches at its front, in order. */
  readonly batches: readonly RecordBatch[];
  /** How many bytes to ask for when not even the first is whole, else 0. */
  readonly needed: number;
  /** What is wrong behind them; null when nothing is. */
  readonly flaw: string | null;
}

/**
 * Reads `records` as fetched from offset `position`, as far as they are sound. The checksum of a batch does not cover its
 * place in the log: that is checked by its neighbours, and of two that do not agree neither is believed.
 */
export function batchesOf(records: Buffer, position: number): Stretch {
  const batches: RecordBatch[] = [];
  let next = position;
  let at = 0;
  while (at + PREFIX_BYTES <= records.length) {
    const end = at + PREFIX_BYTES + records.readInt32BE(at + 8);
    if (end > records.length && end - at <= LARGEST_BYTES) break;
    const flaw = flawOf(records, at, end);
    if (flaw !== null) return { batches, needed: 0, flaw };
    const batch = batchAt(records, at, end);
    if (batch.nextOffset <= next || (at > 0 && batch.baseOffset < next)) {
      return {
        batches: [],
        needed: 0,
        flaw: `it, or one behind it, is of offset ${String(batch.baseOffset)}, where ${String(next)} should follow`,
      };
    }
    batches.push(batch);
    next = batch.nextOffset;
    at = end;
  }
  return { batches, needed: batches.length > 0 ? 0 : 2 * records.length, flaw: null };
}

function flawOf(source: Buffer, at: number, end: number): string | null {
  if (end - at < HEADER_BYTES || end - at > LARGEST_BYTES) return `its size is ${String(end - at)} bytes`;
  const magic = source.readInt8(at + 16);
  if (magic !== MAGIC) return `its format is ${String(magic)}, not that of Kafka 0.11 and later`;
  const isSound = crc32c(source.subarray(at + CHECKED_FROM, end)) === source.readUInt32BE(at + CHECKSUM_AT);
  return isSound ? null : 'it does not have its checksum';
}

function batchAt(source: Buffer, at: number, end: number): RecordBatch {
  const attributes = source.readInt16BE(at + CHECKED_FROM);
  const baseOffset = int64At(source, at);
  const nextOffset = baseOffset + source.readInt32BE(at + 23) + 1;
  const count = source.readInt32BE(at + 57);
  return {
    baseOffset,
    nextOffset,
    crc: source.readUInt32BE(at + CHECKSUM_AT),
    producerId: source.readBigInt64BE(at + 43),
    transactional: (attributes & 16) !== 0,
    control: (attributes & 32) !== 0,
    rewritten: (attributes & 64) !== 0 || count < nextOffset - baseOffset,
    codec: attributes & 7,
    count,
    baseTimestamp: int64At(source, at + 27),
    appendTime: (attributes & 8) === 0 ? null : int64At(source, at + 35),
    source,
    bodyAt: at + HEADER_BYTES,
    end,
  };
}

/** An int64 as a number, exact up to 53 bits. */
function int64At(source: Buffer, at: number): number {
  return source.readInt32BE(at) * 2 ** 32 + source.readUInt32BE(at + 4);
}
