import { gzipSync } from 'node:zlib';
import { compress as zstd } from '@bokuweb/zstd-wasm';
import { crc32c } from '@node-rs/crc32';
import { compressFrameSync } from 'lz4-napi';
import { compressSync as snappy } from 'snappy';

/** How a test's batch is compressed; `xerial` is snappy in the framing of Java's producers. */
export type TestCodec = 'none' | 'gzip' | 'snappy' | 'xerial' | 'lz4' | 'zstd';

/** All of them. */
export const TEST_CODECS: readonly TestCodec[] = ['none', 'gzip', 'snappy', 'xerial', 'lz4', 'zstd'];

const NUMBERS = { none: 0, gzip: 1, snappy: 2, xerial: 2, lz4: 3, zstd: 4 } as const satisfies Record<TestCodec, number>;
const XERIAL_BLOCK_BYTES = 32_768;

/** A record batch to lay out as a broker would. */
export interface BatchLayout {
  readonly baseOffset: number;
  /** Values by offset within the batch; offsets left out hold no record. */
  readonly values: Readonly<Record<number, string | null>>;
  readonly lastOffsetDelta: number;
  readonly producerId?: number;
  readonly transactional?: boolean;
  readonly marker?: 'abort' | 'commit';
  readonly codec?: TestCodec;
  readonly appendTime?: number;
  /** Attributes to set beside those that the rest asks for. */
  readonly attributes?: number;
}

/** Compresses `bytes` as a producer would; for zstd after `loadZstd`. */
export function packed(codec: TestCodec, bytes: Buffer): Buffer {
  switch (codec) {
    case 'none':
      return bytes;
    case 'gzip':
      return gzipSync(bytes);
    case 'snappy':
      return snappy(bytes);
    case 'xerial':
      return xerial(bytes);
    case 'lz4':
      return compressFrameSync(bytes);
    case 'zstd':
      return Buffer.from(zstd(bytes));
  }
}

/** The bytes of a record batch of format 2. The record at offset delta `d` is stamped 1000 + d. */
export function batchBytes(layout: BatchLayout): Buffer {
  const { baseOffset, values, lastOffsetDelta, producerId = -1, marker, codec = 'none', appendTime } = layout;
  const entries = marker === undefined ? Object.entries(values) : [['0', null] as const];
  const records = Buffer.concat(
    entries.map(([delta, value]) => {
      const key = marker === undefined ? Buffer.from('key') : Buffer.from([0, 0, 0, marker === 'abort' ? 0 : 1]);
      const body = Buffer.concat([
        Buffer.from([0]),
        varint(Number(delta)),
        varint(Number(delta)),
        sized(key),
        value === null ? varint(-1) : sized(Buffer.from(value)),
        varint(0),
      ]);
      return sized(body);
    }),
  );
  const header = Buffer.alloc(61);
  const body = packed(codec, records);
  header.writeBigInt64BE(BigInt(baseOffset), 0);
  header.writeInt32BE(49 + body.length, 8);
  header.writeInt8(2, 16);
  const flags = (appendTime === undefined ? 0 : 8) | (layout.transactional === true ? 16 : 0) | (marker === undefined ? 0 : 32);
  header.writeInt16BE(flags | NUMBERS[codec] | (layout.attributes ?? 0), 21);
  header.writeInt32BE(lastOffsetDelta, 23);
  header.writeBigInt64BE(1_000n, 27);
  header.writeBigInt64BE(BigInt(appendTime ?? 1_000 + lastOffsetDelta), 35);
  header.writeBigInt64BE(BigInt(producerId), 43);
  header.writeInt32BE(entries.length, 57);
  return checked(Buffer.concat([header, body]));
}

/** Writes the right checksum into a batch. */
export function checked(batch: Buffer): Buffer {
  batch.writeUInt32BE(crc32c(batch.subarray(21)), 17);
  return batch;
}

function xerial(bytes: Buffer): Buffer {
  const parts: Buffer[] = [Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1])];
  for (let at = 0; at < bytes.length; at += XERIAL_BLOCK_BYTES) {
    const block = snappy(bytes.subarray(at, at + XERIAL_BLOCK_BYTES));
    const size = Buffer.alloc(4);
    size.writeInt32BE(block.length);
    parts.push(size, block);
  }
  return Buffer.concat(parts);
}

function sized(bytes: Buffer): Buffer {
  return Buffer.concat([varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value < 0 ? -2 * value - 1 : 2 * value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}
