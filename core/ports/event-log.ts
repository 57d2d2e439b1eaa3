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

/**
 * Records of one partition in offset order, flat, so that a million of them are no million objects. The value of record
 * `i` of `count` is `bytes[starts[i], ends[i])`; an end of -1 stands for no value (a tombstone). Arrays may be longer than `count`.
 */
export interface RecordChunk {
  readonly partition: number;
  readonly count: number;
  readonly offsets: Float64Array;
  /** Epoch milliseconds. */
  readonly timestamps: Float64Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly bytes: Uint8Array;
  /** Where the last record lies in the broker's own bytes; null when this log cannot tell. */
  readonly mark: Mark | null;
}

/** A place in a partition, and the CRC-32C of the record batch that holds it: another checksum there means another history. */
export interface Mark {
  readonly offset: number;
  readonly crc: number;
}

/** What tells one life of a topic from the next: its id where the broker gives one, and checksums by partition where asked. */
export interface TopicIdentity {
  readonly id: string | null;
  /** Checksum of the batch that holds the asked offset; null when nothing is there, or compaction has thinned it. */
  readonly checksums: Readonly<Record<string, number | null>>;
}

/** An append-only log of events in topics and partitions. */
export interface EventLog {
  /** Offsets of every partition, ascending by partition. @throws NOT_FOUND for an unknown topic, UNAVAILABLE. */
  offsets(topic: string): Promise<readonly PartitionOffsets[]>;
  /** The topic's id, and the checksum at one offset of each partition named in `at`. @throws NOT_FOUND, UNAVAILABLE. */
  identify(topic: string, at: Readonly<Record<string, number>>): Promise<TopicIdentity>;
  /**
   * The committed records of exactly `range`, in offset order, in chunks of bounded size. Offsets without a record
   * (control records, aborted transactions, compaction) are passed over. The bytes of a chunk may be written over when the
   * consumer asks for the next: what it keeps of them is a copy.
   * @throws DATA_LOSS when the log no longer holds the range from its first offset, also half way; DAMAGED when a batch
   * does not have its checksum; UNAVAILABLE.
   */
  read(topic: string, range: OffsetRange, signal?: AbortSignal): AsyncIterable<RecordChunk>;
  /** Shows `offsets` (the next to read, by partition) as the progress of `group`; never moves it back. For display only. */
  announce(group: string, topic: string, offsets: Readonly<Record<string, number>>): Promise<void>;
  close(): Promise<void>;
}
