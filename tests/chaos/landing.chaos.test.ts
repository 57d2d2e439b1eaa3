import { describeChaos } from './run-chaos.ts';

jest.setTimeout(600_000);

const SEEDS = { worker: 20, engine: 5 } as const;

/** The full suite: many seeds of every case. */
describeChaos(({ shakes }) => SEEDS[shakes]);
