import type { SimulatedEvent } from '../core/ports/event-sink.ts';
import { Agenda } from './agenda.ts';
import { eventCount, eventsOf } from './events.ts';
import { Listener } from './listener.ts';
import type { Setting } from './listener.ts';
import type { PageView } from './page-view.ts';
import { Random } from './random.ts';
import { theWorld } from './world.ts';

const YEAR = 365.25 * 86_400_000;

/** The stream that arrivals are drawn from; listeners have the streams from 1 on. */
const ARRIVALS = 0;

/** What a simulation is made from: the same gives the same events, always. Instants in epoch milliseconds. */
export interface Simulation {
  readonly seed: number;
  /** How many listeners there are at the start. */
  readonly listeners: number;
  readonly start: number;
  /** No event at or after this; Infinity for a simulation without end. */
  readonly end: number;
  /** Newcomers in a year, as a share of those who are there. */
  readonly growthRate: number;
  /** Share of the listeners that leave in a year. */
  readonly attritionRate: number;
  /** Number of the first session. */
  readonly firstSession: number;
}

/** All page views in time order. */
export function* pageViews(simulation: Simulation): Generator<PageView, void, undefined> {
  const setting = { world: theWorld(), seed: simulation.seed, attritionRate: simulation.attritionRate };
  const agenda = new Agenda<Listener>();
  for (let id = 1; id <= simulation.listeners; id += 1) {
    const listener = new Listener(setting, id);
    if (listener.settle(simulation.start)) agenda.push(listener);
  }
  const arrivals = new Arrivals(simulation);
  let session = simulation.firstSession;
  let sequence = 0;
  for (let listener = agenda.top; listener !== undefined; listener = agenda.top) {
    if (arrivals.at <= listener.at) {
      agenda.push(arrivals.next(setting, agenda.size));
      continue;
    }
    if (listener.at >= simulation.end) return;
    listener.session ??= session++;
    const view = viewOf(listener, listener.session, sequence);
    sequence += eventCount(view);
    yield view;
    if (listener.advance()) agenda.settleTop();
    else agenda.pop();
  }
}

/** All events in time order, numbered from 0 without gaps. */
export function* simulate(simulation: Simulation): Generator<SimulatedEvent, void, undefined> {
  for (const view of pageViews(simulation)) yield* eventsOf(view);
}

/** Newcomers, one after the other: each brings forward the next, as a share of the listeners that are there. */
class Arrivals {
  at: number;
  readonly #random: Random;
  readonly #rate: number;
  #id: number;

  constructor({ seed, start, listeners, growthRate }: Simulation) {
    this.#random = new Random(seed, ARRIVALS);
    this.#rate = growthRate;
    this.#id = listeners;
    this.at = this.#after(start, listeners);
  }

  next(setting: Setting, present: number): Listener {
    this.#id += 1;
    const listener = new Listener(setting, this.#id);
    listener.arrive(this.at);
    this.at = this.#after(this.at, present + 1);
    return listener;
  }

  #after(at: number, present: number): number {
    return this.#rate === 0 ? Infinity : at + Math.ceil(this.#random.exponential(YEAR / (present * this.#rate)));
  }
}

function viewOf(listener: Listener, session: number, sequence: number): PageView {
  const { at, id, profile, registration, item, state, song, afterLogin } = listener;
  return { at, sequence, listener: id, profile, registration, session, item, state, song, afterLogin };
}
