import type { Hour } from '../hours.ts';
import type { LogRecord } from './event-log.ts';

/** Records of one segment, to become one file of rows and one of dead letters. */
export interface RawSegment {
  readonly topic: string;
  readonly epoch: number;
  readonly landedHour: Hour;
  readonly records: readonly LogRecord[];
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

/** Every record of the segment is a row of one of the two; null where there are none. */
export interface EncodedSegment {
  readonly rows: EncodedFile | null;
  readonly deadLetters: EncodedFile | null;
}

/** Validates records against their topic's contract and writes Parquet. */
export interface Encoder {
  /** Name and version of the encoder, recorded in each commit; changes when the bytes for the same records may. */
  readonly version: string;
  /** The same records give the same bytes. A record that does not fit its contract becomes a dead letter and costs only itself. */
  encode(segment: RawSegment): Promise<EncodedSegment>;
}
