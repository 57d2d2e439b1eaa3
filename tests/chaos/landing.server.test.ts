import { describeChaos } from './run-chaos.ts';

jest.setTimeout(300_000);

/** The short form: every case, once. */
describeChaos(() => 1);
