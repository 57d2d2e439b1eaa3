import { seeded, type Seeded } from './seeded.ts';

/** What a seed makes of a topic and its landing. */
export interface Setup {
  readonly partitions: number;
  readonly segmentEvents: number;
  readonly batchSegments: number;
  readonly window: number;
  readonly tickMs: number;
  /** Events of one round, all partitions together: at least two batches. */
  readonly round: number;
  /** Characters added to each event. */
  readonly padding: number;
  /** Share of events that fit no contract. */
  readonly misfits: number;
  /** Whether aborted transactions leave offsets without a record. */
  readonly transactions: boolean;
  readonly encoder: 'columnar' | 'arrow';
  /** How far the clock of those who take over is ahead: none, or into the next landing hour. */
  readonly clockShiftMs: number;
}

const HOUR_MS = 3_600_000;
const EVENTS_AT_MOST = 3_000;

/** Draws a setup; `next` goes on with the same seed. */
export function drawSetup(seed: number, encoder?: Setup['encoder']): { readonly setup: Setup; readonly next: Seeded } {
  const next = seeded(seed);
  const segmentEvents = next.int(10, 120);
  const batchSegments = next.int(1, 4);
  const ofBatch = segmentEvents * batchSegments;
  const setup: Setup = {
    partitions: next.int(1, 5),
    segmentEvents,
    batchSegments,
    window: next.int(1, 3),
    tickMs: next.pick([1_500, 2_500]),
    round: Math.min(EVENTS_AT_MOST, ofBatch * next.int(2, 4) + next.int(1, ofBatch)),
    padding: next.pick([0, 0, 20, 200, 1_500]),
    misfits: next.pick([0, 0.01, 0.1, 0.5]),
    transactions: next.chance(0.3),
    encoder: encoder ?? (next.chance(0.3) ? 'arrow' : 'columnar'),
    clockShiftMs: next.chance(0.5) ? HOUR_MS : 0,
  };
  return { setup, next };
}
