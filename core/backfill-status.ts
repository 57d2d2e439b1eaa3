import type { Hour } from './hours.ts';

/** How far a backfill is: hours done, failed and still to do; `problems` are its first twenty. */
export interface BackfillProgress {
  readonly id: string;
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  readonly running: readonly Hour[];
  readonly state: 'loading hours' | 'building marts' | 'succeeded' | 'failed' | 'cancelled';
  readonly problems: readonly string[];
}

/** One request as the workflow `backfills` remembers it. Times in epoch milliseconds. */
export interface RequestRecord {
  readonly id: string;
  readonly requestedAt: number;
  readonly state: 'running' | 'succeeded' | 'failed' | 'cancelled' | 'rejected';
  readonly message: string;
}

/** What the workflow `backfills` answers, newest request first. */
export interface BackfillsStatus {
  readonly requests: readonly RequestRecord[];
}
