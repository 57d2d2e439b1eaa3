import type { Hour } from '../hours.ts';
import type { RecordChunk } from './event-log.ts';

/** What all rows of a segment share. */
export interface SegmentHeading {
  readonly topic: string;
  readonly landedHour: Hour;
}

/** Smallest and largest value of a column; timestamps as ISO 8601 with microseconds (`2026-11-20T00:00:00.000000Z`). */
export interface ColumnRange {
  readonly min: number | string;
  readonly max: number | string;
}

/** A Parquet file in memory. `digest` is the SHA-256 of its content in hex; `ranges` are by column name, for the columns a reader skips files by. */
export interface EncodedFile {
  readonly content: Uint8Array;
  readonly digest: string;
  readonly rows: number;
  readonly ranges: Readonly<Record<string, ColumnRange>>;
}

/** What a sample of a segment's records held beside the contract: how many were looked at, and how many of them had each unknown field. */
export interface Drift {
  readonly sampled: number;
  readonly unknown: Readonly<Record<string, number>>;
}

/** Every record of the segment is a row of one of the two files; null where there are none. */
export interface EncodedSegment {
  readonly rows: EncodedFile | null;
  readonly deadLetters: EncodedFile | null;
  readonly drift: Drift;
}

/** A segment being encoded. Calls are awaited one after the other. */
export interface SegmentEncoder {
  /** Takes the records of a chunk, all of one epoch of their partition. */
  add(chunk: RecordChunk, epoch: number): Promise<void>;
  /** Writes the files of all that was added. @throws UNAVAILABLE when there is no room to work in, BAD_ASSET. */
  finish(): Promise<EncodedSegment>;
  /** Gives back all that the segment holds; does nothing after `finish`. */
  discard(): Promise<void>;
}

/** Validates records against their topic's contract and writes Parquet. */
export interface Encoder {
  /** Name and version of the encoder, recorded in each commit; changes when the bytes for the same records may. */
  readonly version: string;
  /**
   * Begins a segment. The same records in the same order give the same bytes, however they are cut into chunks. A record that does not fit its
   * contract becomes a dead letter and costs only itself. @throws BAD_ASSET for a topic without a contract.
   */
  open(heading: SegmentHeading): SegmentEncoder;
}
