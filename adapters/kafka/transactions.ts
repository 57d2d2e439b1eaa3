import type { AbortedTransaction } from './fetch-protocol.ts';
import type { RecordBatch } from './record-batches.ts';
import { RecordCursor } from './record-cursor.ts';

/** The batches of records that count: no markers, and nothing of the transactions in `aborted`. */
export function* committed(batches: readonly RecordBatch[], aborted: readonly AbortedTransaction[]): Generator<RecordBatch> {
  const upcoming = [...aborted].sort((a, b) => a.firstOffset - b.firstOffset);
  const open = new Set<bigint>();
  for (const batch of batches) {
    while (upcoming[0] !== undefined && upcoming[0].firstOffset < batch.nextOffset) open.add(upcoming.shift()?.producerId ?? -1n);
    if (batch.control) {
      if (batch.count > 0 && isAbortMarker(batch)) open.delete(batch.producerId);
    } else if (!batch.transactional || !open.has(batch.producerId)) {
      yield batch;
    }
  }
}

/** Whether a control batch, which is never compressed, says that its producer's transaction was aborted. */
function isAbortMarker({ source, bodyAt }: RecordBatch): boolean {
  const cursor = new RecordCursor(source, bodyAt);
  cursor.varint(); // length
  cursor.at += 1; // attributes
  cursor.varint(); // time
  cursor.varint(); // offset
  return cursor.varint() >= 4 && source.readInt16BE(cursor.at + 2) === 0;
}
