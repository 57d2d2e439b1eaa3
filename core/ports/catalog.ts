import type { Hour } from '../hours.ts';

/**
 * One successful writing of an asset's partition (null where the asset has none). `version` fingerprints what it was
 * made from; for a landed or loaded hour it is the position of the last commit that touched the hour, as text.
 */
export interface Materialization {
  readonly asset: string;
  readonly partition: Hour | null;
  readonly version: string;
  readonly rows: number;
  readonly bytes: number;
  readonly run: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** How a run stands. */
export type RunStatus = 'running' | 'succeeded' | 'failed' | 'cancelled';

/** One execution of a plan. `id` is its workflow id and run id; times in epoch milliseconds. */
export interface RunRecord {
  readonly id: string;
  readonly kind: 'hourly' | 'backfill';
  readonly status: RunStatus;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly steps: number;
  readonly failed: number;
  readonly summary: string;
}

/** Outcome of one check of an asset. */
export interface CheckRecord {
  readonly asset: string;
  readonly check: string;
  readonly status: 'pass' | 'warn' | 'fail';
  readonly message: string;
  readonly run: string;
  readonly at: number;
}

/** What one landing hour of a topic holds, summed over its commits up to `position`. */
export interface LandedHour {
  readonly topic: string;
  readonly hour: Hour;
  readonly position: number;
  readonly consumed: number;
  readonly redeemed: number;
  readonly rows: number;
  readonly deadLetters: number;
  readonly lost: number;
  readonly empty: number;
  readonly bytes: number;
}

/** A landing hour held against the warehouse, as of a run's position of the topic; `difference` is zero when all is accounted for. */
export interface LedgerEntry extends LandedHour {
  readonly loaded: number;
  readonly staged: number;
  readonly difference: number;
  readonly run: string;
  readonly at: number;
}

/** Anything the catalogue takes down. Recording the same fact twice changes nothing. */
export type Fact =
  | { readonly fact: 'materialization'; readonly value: Materialization }
  | { readonly fact: 'run'; readonly value: RunRecord }
  | { readonly fact: 'check'; readonly value: CheckRecord }
  | { readonly fact: 'landedHour'; readonly value: LandedHour }
  | { readonly fact: 'ledger'; readonly value: LedgerEntry }
  | { readonly fact: 'folded'; readonly value: { readonly topic: string; readonly position: number } };

/** The index of what happened; losing it loses no data. */
export interface Catalog {
  /** Takes all facts down in one transaction. A `landedHour` or `folded` of a smaller position than the known one is passed over. */
  record(facts: readonly Fact[]): Promise<void>;
  /** Position up to which the topic's log was folded into the catalogue; -1 when never. */
  folded(topic: string): Promise<number>;
  /** Landed hours of a topic, ascending by hour. */
  landedHours(topic: string): Promise<readonly LandedHour[]>;
  /** The newest materialization of each partition of an asset (of all assets when absent), ascending by asset and partition. */
  materializations(asset?: string): Promise<readonly Materialization[]>;
  /** Newest runs first. */
  runs(limit: number): Promise<readonly RunRecord[]>;
  /** The newest outcome of each check of each asset. */
  checks(): Promise<readonly CheckRecord[]>;
  /** The newest ledger entry of each topic and hour, ascending. */
  ledger(): Promise<readonly LedgerEntry[]>;
  close(): Promise<void>;
}
