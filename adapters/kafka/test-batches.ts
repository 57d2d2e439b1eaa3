import { gzipSync } from 'node:zlib';

/** A record batch to lay out as a broker would. */
export interface BatchLayout {
  readonly baseOffset: number;
  /** Values by offset within the batch; offsets left out hold no record. */
  readonly values: Readonly<Record<number, string | null>>;
  readonly lastOffsetDelta: number;
  readonly producerId?: number;
  readonly transactional?: boolean;
  readonly marker?: 'abort' | 'commit';
  readonly gzip?: boolean;
  readonly appendTime?: number;
  readonly codec?: number;
}

/** The bytes of a record batch of format 2, its checksum left zero. The record at offset delta `d` is stamped 1000 + d. */
export function batchBytes(layout: BatchLayout): Buffer {
  const { baseOffset, values, lastOffsetDelta, producerId = -1, marker, gzip = false, appendTime } = layout;
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
  const body = gzip ? gzipSync(records) : records;
  const header = Buffer.alloc(61);
  header.writeBigInt64BE(BigInt(baseOffset), 0);
  header.writeInt32BE(49 + body.length, 8);
  header.writeInt8(2, 16);
  const flags = (appendTime === undefined ? 0 : 8) | (layout.transactional === true ? 16 : 0) | (marker === undefined ? 0 : 32);
  header.writeInt16BE(flags | (layout.codec ?? (gzip ? 1 : 0)), 21);
  header.writeInt32BE(lastOffsetDelta, 23);
  header.writeBigInt64BE(1_000n, 27);
  header.writeBigInt64BE(BigInt(appendTime ?? 1_000 + lastOffsetDelta), 35);
  header.writeBigInt64BE(BigInt(producerId), 43);
  header.writeInt32BE(entries.length, 57);
  return Buffer.concat([header, body]);
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
