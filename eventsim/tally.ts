import type { EventSink, SimulatedEvent } from '../core/ports/event-sink.ts';
import { TOPICS } from './events.ts';

/** Acknowledged events by topic. */
export type Counts = Readonly<Record<string, number>>;

/** Sends events and counts what the sink acknowledges. */
export class Tally {
  readonly #sink: EventSink;
  readonly #mark: string;
  readonly #counts = new Map(TOPICS.map((topic) => [topic, 0]));
  #total = 0;

  constructor(sink: EventSink, mark: string) {
    this.#sink = sink;
    this.#mark = mark;
  }

  /** All acknowledged events. */
  get total(): number {
    return this.#total;
  }

  /** Acknowledged events by topic, every topic named. */
  get counts(): Counts {
    return Object.fromEntries(this.#counts);
  }

  async send(events: readonly SimulatedEvent[]): Promise<void> {
    if (events.length === 0) return;
    const acknowledged = await this.#sink.send(events, this.#mark);
    for (const [topic, count] of Object.entries(acknowledged)) {
      this.#counts.set(topic, (this.#counts.get(topic) ?? 0) + count);
      this.#total += count;
    }
  }
}
