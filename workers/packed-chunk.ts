import type { RecordChunk } from '../core/ports/event-log.ts';
import { valueBytes } from '../core/records.ts';

/**
 * A copy of a chunk with nothing in it but its records, so that it moves to another thread whole and at no cost: a chunk's
 * own bytes are often those of a whole answer of the broker, which others still read. `buffers` are to be transferred with it.
 */
export function packChunk(chunk: RecordChunk): { readonly packed: RecordChunk; readonly buffers: ArrayBuffer[] } {
  const { count } = chunk;
  const bytes = new Uint8Array(valueBytes(chunk));
  const starts = new Int32Array(count);
  const ends = new Int32Array(count);
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    const [start, end] = [chunk.starts[index] ?? 0, chunk.ends[index] ?? -1];
    starts[index] = at;
    if (end >= 0) {
      bytes.set(chunk.bytes.subarray(start, end), at);
      at += end - start;
    }
    ends[index] = end < 0 ? -1 : at;
  }
  const offsets = Float64Array.from(chunk.offsets.subarray(0, count));
  const timestamps = Float64Array.from(chunk.timestamps.subarray(0, count));
  const packed = { ...chunk, offsets, timestamps, starts, ends, bytes };
  return { packed, buffers: [offsets, timestamps, starts, ends, bytes].map(({ buffer }) => buffer) };
}
