import type { EventSink, SimulatedEvent, SinkPosition } from '../core/ports/event-sink.ts';
import { eventsOf, keyOf, topicsOf } from './events.ts';
import type { PageView } from './page-view.ts';
import { pageViews } from './simulation.ts';
import type { Simulation } from './simulation.ts';

/** Page views lived through in one go before the caller may see to other things. */
const BREATH = 20_000;

/** Which events of a simulation to give out. */
export interface FeedOptions {
  readonly simulation: Simulation;
  /** Names the simulation among the positions. */
  readonly mark: string;
  readonly positions: readonly SinkPosition[];
  /** Events before this instant (epoch milliseconds) are passed over. */
  readonly since: number;
  /** Ends after so many events of the simulation, sent or not. */
  readonly count: number;
}

/** Events that are passed over because they are too old: how many, and their first and last instant. */
export interface PassedOver {
  readonly events: number;
  readonly from: number;
  readonly to: number;
}

/** The events of a simulation that the sink does not hold yet, in order. */
export class Feed {
  readonly #views: Generator<PageView, void, undefined>;
  readonly #sent: ReadonlyMap<string, number>;
  readonly #lastSent: number;
  readonly #sink: Pick<EventSink, 'partitionOf'>;
  readonly #since: number;
  readonly #count: number;
  #next: PageView | undefined;
  #passedOver: PassedOver = { events: 0, from: 0, to: 0 };

  constructor(sink: Pick<EventSink, 'partitionOf'>, { simulation, mark, positions, since, count }: FeedOptions) {
    const ours = positions.filter((position) => position.simulation === mark);
    this.#sent = new Map(ours.map(({ topic, partition, sequence }) => [`${topic}/${String(partition)}`, sequence]));
    this.#lastSent = Math.max(-1, ...this.#sent.values());
    this.#sink = sink;
    this.#since = since;
    this.#count = count;
    this.#views = pageViews(simulation);
    this.#advance();
  }

  /** When the next page view is, in epoch milliseconds; Infinity after the last. */
  get nextAt(): number {
    return this.#next?.at ?? Infinity;
  }

  get passedOver(): PassedOver {
    return this.#passedOver;
  }

  /**
   * The next events up to `until`, about `limit` at most. Fewer, or none, does not mean that there are no more: while
   * `nextAt` is not past `until`, take again, after letting others have a go.
   */
  take(until: number, limit: number): readonly SimulatedEvent[] {
    const events: SimulatedEvent[] = [];
    for (
      let lived = 0;
      lived < BREATH && events.length < limit && this.#next !== undefined && this.#next.at <= until;
      lived += 1
    ) {
      const view = this.#next;
      if (view.at < this.#since) this.#passOver(view);
      else events.push(...this.#unsent(view));
      this.#advance();
    }
    return events;
  }

  #advance(): void {
    const next = this.#views.next();
    this.#next = next.done !== true && next.value.sequence < this.#count ? next.value : undefined;
  }

  #unsent(view: PageView): readonly SimulatedEvent[] {
    const events = eventsOf(view);
    if (view.sequence > this.#lastSent && view.sequence + events.length <= this.#count) return events;
    return events.filter((event) => event.sequence < this.#count && !this.#isSent(event.topic, event.key, event.sequence));
  }

  #passOver(view: PageView): void {
    const events = topicsOf(view).filter((topic, index) => !this.#isSent(topic, keyOf(view), view.sequence + index)).length;
    if (events === 0) return;
    const before = this.#passedOver;
    this.#passedOver = { events: before.events + events, from: before.events === 0 ? view.at : before.from, to: view.at };
  }

  #isSent(topic: string, key: string, sequence: number): boolean {
    if (sequence > this.#lastSent) return false;
    return sequence <= (this.#sent.get(`${topic}/${String(this.#sink.partitionOf(topic, key))}`) ?? -1);
  }
}
