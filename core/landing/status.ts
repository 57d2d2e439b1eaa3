import type { Hour } from '../hours.ts';
import type { Frontier } from './commit.ts';
import type { StoppedPartition } from './life.ts';

/** How a landing workflow stands; `problem` says in words what the last tick could not do, null when it could. */
export interface LandingStatus {
  readonly topic: string;
  readonly paused: boolean;
  readonly position: number;
  readonly hour: Hour | null;
  readonly frontier: Frontier;
  /** Epochs of partitions whose history began again; absent means 0. */
  readonly epochs: Readonly<Record<string, number>>;
  readonly ticks: number;
  readonly rows: number;
  readonly deadLetters: number;
  readonly stopped: readonly StoppedPartition[];
  readonly problem: string | null;
}

/** What a landing workflow is started with and hands on when it continues as new. */
export interface LandingState {
  readonly version: 1;
  readonly topic: string;
  readonly position: number;
  readonly paused: boolean;
  readonly ticks: number;
  readonly rows: number;
  readonly deadLetters: number;
}

/** Answer to a flush: landed up to all that the broker held when it was asked for, or why not. */
export type FlushAnswer = { readonly landed: true; readonly position: number } | { readonly landed: false; readonly why: string };

/** The state a topic's landing begins with; everything else is in the log. */
export function landingFrom(topic: string): LandingState {
  return { version: 1, topic, position: -1, paused: false, ticks: 0, rows: 0, deadLetters: 0 };
}

/** Milliseconds from `now` to the next multiple of `tickMs` on the wall clock; never zero. */
export function untilNextTick(now: number, tickMs: number): number {
  return tickMs - (now % tickMs);
}
