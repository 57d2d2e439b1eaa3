import type { Rig } from './rig.ts';

/** One fault and what must come of it. When `run` is done, every topic of the rig is landed and held against the broker. */
export interface ChaosCase {
  readonly name: string;
  /** What is shaken: something inside a worker, or an engine that takes its time to come back. */
  readonly shakes: 'worker' | 'engine';
  readonly run: (rig: Rig) => Promise<void>;
}
