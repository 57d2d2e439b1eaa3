/** `[from, to)` of one partition of a topic. Offsets are safe integers. */
export interface OffsetRange {
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}

/** What a partition holds: `start` is its first retained offset, `end` its last stable offset (exclusive). */
export interface PartitionOffsets {
  readonly partition: number;
  readonly start: number;
  readonly end: number;
}

/** One record as it was sent; `timestamp` in epoch milliseconds, `value` null for a tombstone. */
export interface LogRecord {
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  readonly value: Uint8Array | null;
}

/** An append-only log of events in topics and partitions. */
export interface EventLog {
  /** Offsets of every partition, ascending by partition. @throws NOT_FOUND for an unknown topic, UNAVAILABLE. */
  offsets(topic: string): Promise<readonly PartitionOffsets[]>;
  /**
   * The committed records of exactly `range`, in offset order, in chunks of bounded size. Offsets without a record
   * (control records, aborted transactions, compaction) are passed over.
   * @throws DATA_LOSS when the log no longer holds the range from its first offset, also half way; UNAVAILABLE.
   */
  read(topic: string, range: OffsetRange, signal?: AbortSignal): AsyncIterable<readonly LogRecord[]>;
  /** Shows `offsets` (the next to read, by partition) as the progress of `group`; never moves it back. For display only. */
  announce(group: string, topic: string, offsets: Readonly<Record<string, number>>): Promise<void>;
  close(): Promise<void>;
}
