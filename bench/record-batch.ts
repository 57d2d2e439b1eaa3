import { crc32c } from '@node-rs/crc32';

const HEADER_BYTES = 61;
const CHECKED_FROM = 21;
/** Most bytes that a record takes beside its value, with room to spare. */
const FRAME_BYTES = 32;

/** The bytes of a record batch with these values, uncompressed and without keys, as a producer sends it; `at` is their time, epoch milliseconds. */
export function recordBatch(values: readonly Buffer[], at: number): Buffer {
  const batch = Buffer.allocUnsafe(HEADER_BYTES + values.reduce((sum, value) => sum + value.length + FRAME_BYTES, 0));
  const end = values.reduce((position, value, index) => writeRecord(batch, position, { value, index }), HEADER_BYTES);
  batch.writeBigInt64BE(0n, 0);
  batch.writeInt32BE(end - 12, 8);
  batch.writeInt32BE(-1, 12);
  batch.writeInt8(2, 16);
  batch.writeInt16BE(0, CHECKED_FROM);
  batch.writeInt32BE(values.length - 1, 23);
  batch.writeBigInt64BE(BigInt(at), 27);
  batch.writeBigInt64BE(BigInt(at), 35);
  batch.writeBigInt64BE(-1n, 43);
  batch.writeInt16BE(-1, 51);
  batch.writeInt32BE(-1, 53);
  batch.writeInt32BE(values.length, 57);
  batch.writeUInt32BE(crc32c(batch.subarray(CHECKED_FROM, end)), 17);
  return batch.subarray(0, end);
}

function writeRecord(batch: Buffer, position: number, { value, index }: { value: Buffer; index: number }): number {
  const length = 3 + varintBytes(index) + varintBytes(value.length) + value.length + 1;
  let at = writeVarint(batch, position, length);
  batch[at] = 0;
  at = writeVarint(batch, at + 1, 0);
  at = writeVarint(batch, at, index);
  at = writeVarint(batch, at, -1);
  at = writeVarint(batch, at, value.length);
  at += value.copy(batch, at);
  return writeVarint(batch, at, 0);
}

function writeVarint(batch: Buffer, position: number, value: number): number {
  let rest = ((value << 1) ^ (value >> 31)) >>> 0;
  let at = position;
  for (; rest > 127; rest >>>= 7) {
    batch[at] = (rest & 127) | 128;
    at += 1;
  }
  batch[at] = rest;
  return at + 1;
}

function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value << 1; rest > 127; rest >>>= 7) bytes += 1;
  return bytes;
}
