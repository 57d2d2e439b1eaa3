import type { LogRecord } from '../core/ports/event-log.ts';

/** Records as a few flat arrays, so that they move to another thread without a copy. A length of -1 stands for no value. */
export interface PackedRecords {
  readonly partitions: Int32Array;
  readonly offsets: Float64Array;
  readonly timestamps: Float64Array;
  readonly lengths: Int32Array;
  readonly values: Uint8Array;
}

/** Packs records; `buffers` are to be transferred with it. */
export function pack(records: readonly LogRecord[]): { readonly packed: PackedRecords; readonly buffers: ArrayBuffer[] } {
  const size = records.reduce((sum, record) => sum + (record.value?.length ?? 0), 0);
  const partitions = new Int32Array(records.length);
  const offsets = new Float64Array(records.length);
  const timestamps = new Float64Array(records.length);
  const lengths = new Int32Array(records.length);
  const values = new Uint8Array(size);
  let end = 0;
  records.forEach((record, index) => {
    partitions[index] = record.partition;
    offsets[index] = record.offset;
    timestamps[index] = record.timestamp;
    lengths[index] = record.value?.length ?? -1;
    if (record.value !== null) values.set(record.value, end);
    end += record.value?.length ?? 0;
  });
  const buffers = [partitions.buffer, offsets.buffer, timestamps.buffer, lengths.buffer, values.buffer];
  return { packed: { partitions, offsets, timestamps, lengths, values }, buffers };
}

/** The records of a pack; their values are views into it. */
export function unpack({ partitions, offsets, timestamps, lengths, values }: PackedRecords): readonly LogRecord[] {
  let end = 0;
  return Array.from(lengths, (length, index) => {
    const value = length < 0 ? null : values.subarray(end, end + length);
    end += Math.max(0, length);
    return { partition: partitions[index] ?? 0, offset: offsets[index] ?? 0, timestamp: timestamps[index] ?? 0, value };
  });
}
