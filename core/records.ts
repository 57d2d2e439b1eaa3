import type { LogRecord, Mark, RecordChunk } from './ports/event-log.ts';

/** The bytes of a record, a view of the chunk's; null for a tombstone. */
export function valueAt({ bytes, starts, ends }: RecordChunk, index: number): Uint8Array | null {
  const end = ends[index] ?? -1;
  return end < 0 ? null : bytes.subarray(starts[index] ?? 0, end);
}

/** The records of a chunk as objects, their values views of its bytes. For what is not done a million times a second. */
export function* recordsOf(chunk: RecordChunk): Generator<LogRecord> {
  const { partition, count, offsets, timestamps } = chunk;
  for (let index = 0; index < count; index += 1) {
    yield { partition, offset: offsets[index] ?? 0, timestamp: timestamps[index] ?? 0, value: valueAt(chunk, index) };
  }
}

/** A record that outlives the chunk it came in. */
export function keptRecord(record: LogRecord): LogRecord {
  return { ...record, value: record.value === null ? null : new Uint8Array(record.value) };
}

/** A chunk of `records`, which are all of one partition and in offset order. */
export function chunkOf(partition: number, records: readonly LogRecord[], mark: Mark | null = null): RecordChunk {
  const count = records.length;
  const bytes = new Uint8Array(records.reduce((sum, { value }) => sum + (value?.length ?? 0), 0));
  const [starts, ends] = [new Int32Array(count), new Int32Array(count)];
  let at = 0;
  records.forEach(({ value }, index) => {
    starts[index] = at;
    ends[index] = value === null ? -1 : at + value.length;
    if (value !== null) bytes.set(value, at);
    at += value?.length ?? 0;
  });
  const offsets = Float64Array.from(records, ({ offset }) => offset);
  const timestamps = Float64Array.from(records, ({ timestamp }) => timestamp);
  return { partition, count, offsets, timestamps, starts, ends, bytes, mark };
}

/** Bytes of all values in a chunk. */
export function valueBytes({ count, starts, ends }: RecordChunk): number {
  let sum = 0;
  for (let index = 0; index < count; index += 1) sum += Math.max(0, (ends[index] ?? -1) - (starts[index] ?? 0));
  return sum;
}
