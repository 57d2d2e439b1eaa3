import type { TopicIdentity } from '../../core/ports/event-log.ts';
import type { Fetched } from './fetch-protocol.ts';
import { OFFSET_OUT_OF_RANGE } from './broker-errors.ts';
import { batchesOf } from './record-batches.ts';

const AT_ONCE = 8;
/** The least a broker can be asked for; it gives one whole batch all the same. */
const ONE_BATCH_BYTES = 1;
/** A busy broker may give no batch where there is one. */
const ANSWERS = 6;

/** How batches are looked at. */
export interface BatchLookup {
  /** One fetch that does not wait for records, retried where that helps. */
  readonly fetch: (partition: number, offset: number, maxBytes: number) => Promise<Fetched>;
}

/** Checksums of the batches that hold the offsets `at`, by partition; null where none does, or it is no longer as it was sent. */
export async function checksumsAt(
  lookup: BatchLookup,
  at: readonly (readonly [partition: string, offset: number])[],
): Promise<TopicIdentity['checksums']> {
  const found: [string, number | null][] = [];
  const rest = at.values();
  const work = async (): Promise<void> => {
    for (const [partition, offset] of rest) found.push([partition, await checksumAt(lookup, Number(partition), offset)]);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return Object.fromEntries(found);
}

async function checksumAt({ fetch }: BatchLookup, partition: number, offset: number): Promise<number | null> {
  if (offset < 0) return null;
  let maxBytes = ONE_BATCH_BYTES;
  for (let answers = 0; answers < ANSWERS; answers += 1) {
    const fetched = await fetch(partition, offset, maxBytes);
    if (fetched.errorCode === OFFSET_OUT_OF_RANGE || fetched.logStart > offset || fetched.lastStableOffset <= offset) return null;
    const { batches, needed } = batchesOf(fetched.records, offset);
    maxBytes = Math.max(ONE_BATCH_BYTES, needed);
    const [batch] = batches;
    if (batch !== undefined) return batch.baseOffset <= offset && !batch.rewritten ? batch.crc : null;
  }
  return null;
}
