import type { EventSink, SimulatedEvent } from '../core/ports/event-sink.ts';

/** When a sink's process dies: in which send (from 0), and how much of it each partition still gets, from 0 to 1 by turns. */
export interface Death {
  readonly send: number;
  readonly shares: readonly number[];
}

/** For tests: a sink whose process dies in the middle of a send, of which each partition keeps only the first part. */
export function mortal(sink: EventSink, { send: last, shares }: Death): EventSink {
  let sends = 0;
  return {
    ...sink,
    async send(events, simulation) {
      sends += 1;
      if (sends <= last) return sink.send(events, simulation);
      await sink.send(survivors(sink, events, shares), simulation);
      throw new Error('killed');
    },
  };
}

function survivors(sink: EventSink, events: readonly SimulatedEvent[], shares: readonly number[]): readonly SimulatedEvent[] {
  const places = events.map(({ topic, key }) => `${topic}/${String(sink.partitionOf(topic, key))}`);
  const all = [...new Set(places)].sort();
  const room = new Map(
    all.map((place, index) => {
      const sent = places.filter((other) => other === place).length;
      return [place, Math.round(sent * (shares[index % shares.length] ?? 0))];
    }),
  );
  return events.filter((_, index) => {
    const place = places[index] ?? '';
    const left = room.get(place) ?? 0;
    room.set(place, left - 1);
    return left > 0;
  });
}
