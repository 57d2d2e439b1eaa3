import { runHistory } from './history.ts';
import { runLive } from './live.ts';
import { checkOptions } from './options.ts';
import type { EventsimOptions } from './options.ts';
import type { EventsimPorts } from './ports.ts';
import type { Counts } from './tally.ts';

const DEFAULTS = { growthRate: 2, attritionRate: 0.2, catchUpMs: 3_600_000 };

/**
 * Generates events into the sink until the history is done or the signal comes; returns how many the sink acknowledged,
 * by topic, in this life. @throws SoundFlowError BAD_REQUEST for options that will not do, and whatever the sink throws:
 * started again with a fresh sink it goes on where it was.
 */
export async function runEventsim(options: EventsimOptions, ports: EventsimPorts): Promise<Counts> {
  checkOptions(options);
  return options.mode === 'history'
    ? runHistory({ ...DEFAULTS, ...options }, ports)
    : runLive({ ...DEFAULTS, ...options }, ports);
}
