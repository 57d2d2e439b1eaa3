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

const SAME_REQUEST_MS = 10 * 60_000;

/**
 * Whether a request was taken a moment ago: a signal may come twice. One taken earlier counts as new even if it is remembered as
 * running, for it may have been terminated unheard; the server refuses to start what does run.
 */
export function isRepeat(requests: readonly RequestRecord[], id: string, now: number): boolean {
  return requests.some((one) => one.id === id && one.state !== 'rejected' && now - one.requestedAt < SAME_REQUEST_MS);
}
