const HEADER_BYTES = 25;
const LONGEST_WAIT_MS = 500;
const READ_COMMITTED = 1;

/** One partition to fetch from `offset` on, about `maxBytes` at most: one batch always comes whole. */
export interface FetchRequest {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly maxBytes: number;
  /** How long to wait for the first record, half a second. */
  readonly waitMs?: number;
}

/** A transaction that was aborted: records of its producer from `firstOffset` to the abort marker do not count. */
export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: number;
}

/** What a broker answered for the one partition asked. `records` are record batches as they lie in the log, the last perhaps cut. */
export interface Fetched {
  readonly errorCode: number;
  readonly throttled: boolean;
  readonly lastStableOffset: number;
  readonly logStart: number;
  readonly aborted: readonly AbortedTransaction[];
  readonly records: Buffer;
}

/** A Fetch request of version 11 that reads committed records. */
export function encodeFetch({ topic, partition, offset, maxBytes, waitMs = LONGEST_WAIT_MS }: FetchRequest): Buffer {
  const name = Buffer.from(topic);
  const body = Buffer.alloc(HEADER_BYTES + 2 + name.length + 42);
  let at = body.writeInt32BE(-1, 0); // no replica
  at = body.writeInt32BE(waitMs, at);
  at = body.writeInt32BE(1, at); // at least one byte
  at = body.writeInt32BE(maxBytes, at);
  at = body.writeInt8(READ_COMMITTED, at);
  at = body.writeInt32BE(0, at); // no fetch session
  at = body.writeInt32BE(-1, at);
  at = body.writeInt32BE(1, at); // topics
  at = body.writeInt16BE(name.length, at);
  at += name.copy(body, at);
  at = body.writeInt32BE(1, at); // partitions
  at = body.writeInt32BE(partition, at);
  at = body.writeInt32BE(-1, at); // any leader epoch
  at = body.writeBigInt64BE(BigInt(offset), at);
  at = body.writeBigInt64BE(-1n, at); // no log start: not a follower
  at = body.writeInt32BE(maxBytes, at);
  at = body.writeInt32BE(0, at); // no forgotten topics
  body.writeInt16BE(0, at); // no rack
  return body;
}

/** Reads a Fetch response of version 11 to a request of one partition. */
export function decodeFetch(response: Buffer): Fetched {
  const throttled = response.readInt32BE(0) > 0;
  const responseError = response.readInt16BE(4);
  if (responseError !== 0 || response.readInt32BE(10) === 0) {
    return { errorCode: responseError, throttled, lastStableOffset: -1, logStart: -1, aborted: [], records: Buffer.alloc(0) };
  }
  const partition = 14 + 2 + response.readInt16BE(14) + 4;
  const abortedAt = partition + 34;
  const abortedCount = Math.max(0, response.readInt32BE(partition + 30));
  const aborted = Array.from({ length: abortedCount }, (_, index) => ({
    producerId: response.readBigInt64BE(abortedAt + index * 16),
    firstOffset: Number(response.readBigInt64BE(abortedAt + index * 16 + 8)),
  }));
  const recordsAt = abortedAt + abortedCount * 16 + 4;
  const size = Math.max(0, response.readInt32BE(recordsAt));
  return {
    errorCode: response.readInt16BE(partition + 4),
    throttled,
    lastStableOffset: Number(response.readBigInt64BE(partition + 14)),
    logStart: Number(response.readBigInt64BE(partition + 22)),
    aborted,
    records: response.subarray(recordsAt + 4, recordsAt + 4 + size),
  };
}
