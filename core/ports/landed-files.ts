import type { ColumnRange, EncodedFile } from './encoder.ts';

/** What a Parquet file really holds, by reading all of it. */
export interface FileFacts {
  readonly rows: number;
  readonly ranges: Readonly<Record<string, ColumnRange>>;
}

/** One rejected record. `raw` is the record as it was, null when it had no value; `at` its Kafka time, epoch milliseconds. */
export interface DeadLetter {
  readonly epoch: number;
  readonly partition: number;
  readonly offset: number;
  readonly at: number;
  readonly reason: string;
  /** Field at fault, dotted; empty when the record as a whole is. */
  readonly path: string;
  readonly raw: Uint8Array | null;
}

/** Reads and joins the Parquet files that an encoder wrote. Every method is given whole files. @throws DAMAGED when one is no such file. */
export interface LandedFiles {
  /** SHA-256 of any content, in hex. */
  digest(content: Uint8Array): string;
  inspect(content: Uint8Array): Promise<FileFacts>;
  /** One file with the rows of all, ordered by partition and offset; the same rows, none added, none left out. */
  merge(contents: readonly Uint8Array[]): Promise<EncodedFile>;
  /** The dead letters of a file, in its order. */
  deadLetters(content: Uint8Array): Promise<readonly DeadLetter[]>;
}
