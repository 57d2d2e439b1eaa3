import type { Table } from '../columns.ts';
import type { Hour } from '../hours.ts';

/** One landed file to load: `path` relative to the lake's root, and the rows it must hold. */
export interface LoadFile {
  readonly path: string;
  readonly rows: number;
}

/**
 * Replaces one hour of a staging table by the rows of `files` (none empties it), as of `position`. `run` is who asks: the
 * same run asked again goes on with what it began, another begins anew.
 */
export interface PartitionLoad {
  readonly table: Table;
  readonly hour: Hour;
  readonly files: readonly LoadFile[];
  readonly position: number;
  readonly run: string;
}

/** What the hour holds after a load, read back: rows, and the sum of `_offset` as decimal text. */
export interface LoadedPartition {
  readonly rows: number;
  readonly offsetSum: string;
}

/** What an hour of a table was last loaded with: all that the log named up to `position`, and how many rows that was. */
export interface LoadedHour {
  readonly hour: Hour;
  readonly position: number;
  readonly rows: number;
}

/** One row of a query, by column name. Integers come as numbers when safe, else as text; instants as ISO 8601 text. */
export type Row = Readonly<Record<string, string | number | boolean | null>>;

/** The tables that BI reads. */
export interface Warehouse {
  /** Creates the table if it is missing and adds columns it lacks; never drops one. */
  ensure(table: Table): Promise<void>;
  /**
   * Swaps the hour in one step: readers see the old rows or the new ones. Idempotent.
   * @throws BAD_REQUEST when a larger position was loaded already, DAMAGED when a file's rows are not what was said, LOCKED, UNAVAILABLE,
   * CANCELLED when `signal` was aborted and nothing was replaced by this call, as far as it is up to us.
   */
  replacePartition(load: PartitionLoad, signal?: AbortSignal): Promise<LoadedPartition>;
  /** The warehouse's own book of what a table was loaded with; nothing for a table that is not there. @throws LOCKED, UNAVAILABLE. */
  loads(table: Table): Promise<readonly LoadedHour[]>;
  /** Runs a read-only query of a bounded result. @throws LOCKED, NOT_FOUND for an unknown table. */
  query(sql: string): Promise<readonly Row[]>;
  /** Makes tables (`schema.name`) readable for others, whole or not at all; returns rows by name. */
  publish(tables: readonly string[]): Promise<Readonly<Record<string, number>>>;
}
