import { SoundFlowError } from '../core/errors.ts';
import { eventCount } from './events.ts';
import { Listener } from './listener.ts';
import type { Setting } from './listener.ts';
import { theWorld } from './world.ts';

/** What a listener makes in a day of an ordinary week, on average over many. Measured: a test does it again. */
const EVENTS_A_DAY = 13.42;
/** Listeners that say enough about all of them. */
const SAMPLE = 4000;
const MOST_LISTENERS = 5_000_000;

/** How many events are wanted of a range; instants in epoch milliseconds. */
export interface Wanted {
  readonly seed: number;
  readonly start: number;
  readonly end: number;
  readonly attritionRate: number;
  readonly events: number;
}

/**
 * The least number of listeners who together make at least `events` events in the range, so that the last one wanted
 * lies near its end. Lives each of them through; exact, since what one does never depends on another.
 * @throws SoundFlowError BAD_REQUEST when the range is too short for so many events.
 */
export function listenersFor(wanted: Wanted): number {
  const setting = { world: theWorld(), seed: wanted.seed, attritionRate: wanted.attritionRate };
  let events = 0;
  for (let id = 1; ; id += 1) {
    events += eventsBetween(setting, id, wanted);
    if (events >= wanted.events) return id;
    if (id % SAMPLE === 0 && (wanted.events / events) * id > MOST_LISTENERS) throw tooMany(wanted, events / id);
  }
}

function tooMany({ events, start, end }: Wanted, each: number): SoundFlowError {
  const range = `${String((end - start) / 3_600_000)} hours, in which a listener makes ${each.toPrecision(2)}`;
  return new SoundFlowError(
    'BAD_REQUEST',
    `eventsim: ${String(events)} events are too many for ${range}. Ask for fewer events or a longer range.`,
  );
}

/** The number of listeners who together make about `rate` events a second, as the mean of an ordinary week. */
export function listenersAtRate(rate: number): number {
  return Math.max(1, Math.round((rate * 86_400) / EVENTS_A_DAY));
}

function eventsBetween(setting: Setting, id: number, range: { readonly start: number; readonly end: number }): number {
  const listener = new Listener(setting, id);
  let isThere = listener.settle(range.start);
  let events = 0;
  while (isThere && listener.at < range.end) {
    events += eventCount(listener);
    isThere = listener.advance();
  }
  return events;
}
