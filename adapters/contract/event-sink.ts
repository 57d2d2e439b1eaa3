import type { EventSink, SimulatedEvent } from '../../core/ports/event-sink.ts';

/** An event sink with two empty topics, and a look at what it holds. */
export interface EventSinkUnderTest {
  readonly sink: EventSink;
  readonly topics: readonly [string, string];
  /** Another life of the generator: a new sink over the same place. */
  readonly reopen: () => Promise<EventSink>;
  /** Values of a topic by partition, in the order in which they lie there. */
  readonly read: (topic: string) => Promise<ReadonlyMap<number, readonly string[]>>;
}

const MARK = 'v1;seed=1;start=1795132800000';
const START = 1_795_132_800_000;
const KEYS = 40;

/** Events of forty listeners, by turns to the two topics, numbered from `first` on. */
export function someEvents(
  [a, b]: readonly [string, string],
  { first = 0, count }: { readonly first?: number; readonly count: number },
) {
  return Array.from({ length: count }, (_, index): SimulatedEvent => {
    const sequence = first + index;
    const key = String(sequence % KEYS);
    const value = JSON.stringify({ sequence, name: 'Zoë "Q" 夜', key });
    return { topic: sequence % 3 === 0 ? b : a, key, value, timestamp: START + sequence * 7, sequence };
  });
}

/** What every event sink must do; `open` gives one with new topics, closed by the opener. */
export function describeEventSink(name: string, open: () => Promise<EventSinkUnderTest>): void {
  describe(`${name} as EventSink`, () => {
    it('has no positions before the first event', async () => {
      const { sink, topics } = await open();
      expect(await sink.positions(topics)).toEqual([]);
    });

    it('keeps every event once, in order, where partitionOf says, and counts them by topic', async () => {
      const { sink, topics, read } = await open();
      const events = someEvents(topics, { count: 300 });
      const [a, b] = topics;
      expect(await sink.send(events, MARK)).toEqual({ [a]: 200, [b]: 100 });
      for (const topic of topics) expect(await read(topic)).toEqual(expected(sink, events, topic));
    });

    it('acknowledges nothing for nothing', async () => {
      const { sink, topics, read } = await open();
      expect(await sink.send([], MARK)).toEqual({});
      expect((await read(topics[0])).size).toBe(0);
    });

    it('appends what is sent later', async () => {
      const { sink, topics, read } = await open();
      const events = someEvents(topics, { count: 200 });
      await sink.send(events.slice(0, 60), MARK);
      await sink.send(events.slice(60), MARK);
      for (const topic of topics) expect(await read(topic)).toEqual(expected(sink, events, topic));
    });

    it('tells a later life the newest event of every partition, and goes on from there', async () => {
      const { sink, topics, reopen, read } = await open();
      const events = someEvents(topics, { count: 200 });
      await sink.send(events, 'an older simulation');
      const later = someEvents(topics, { first: 200, count: 50 });
      await sink.send(later, MARK);
      await sink.close();
      const next = await reopen();
      const newest = newestOf(next, [...mark(events, 'an older simulation'), ...mark(later, MARK)]);
      expect([...(await next.positions(topics))].sort(byPlace)).toEqual(newest);
      const last = someEvents(topics, { first: 250, count: 30 });
      await next.send(last, MARK);
      for (const topic of topics) expect(await read(topic)).toEqual(expected(next, [...events, ...later, ...last], topic));
    });

    it('tells positions of the topics asked for only', async () => {
      const { sink, topics } = await open();
      await sink.send(someEvents(topics, { count: 100 }), MARK);
      const positions = await sink.positions([topics[1]]);
      expect(new Set(positions.map((position) => position.topic))).toEqual(new Set([topics[1]]));
    });

    it('puts a key in the same partition in every life', async () => {
      const { sink, topics, reopen } = await open();
      const keys = Array.from({ length: 200 }, (_, index) => String(index * 37));
      const before = keys.map((key) => sink.partitionOf(topics[0], key));
      await sink.close();
      const next = await reopen();
      expect(keys.map((key) => next.partitionOf(topics[0], key))).toEqual(before);
    });
  });
}

function expected(sink: EventSink, events: readonly SimulatedEvent[], topic: string): ReadonlyMap<number, readonly string[]> {
  const values = new Map<number, string[]>();
  for (const event of events) {
    if (event.topic !== topic) continue;
    const partition = sink.partitionOf(topic, event.key);
    values.set(partition, [...(values.get(partition) ?? []), event.value]);
  }
  return values;
}

type Marked = SimulatedEvent & { readonly simulation: string };
type Place = Awaited<ReturnType<EventSink['positions']>>[number];

function mark(events: readonly SimulatedEvent[], simulation: string): readonly Marked[] {
  return events.map((event) => ({ ...event, simulation }));
}

function newestOf(sink: EventSink, events: readonly Marked[]): readonly Place[] {
  const newest = new Map<string, Place>();
  for (const { topic, key, timestamp, sequence, simulation } of events) {
    const partition = sink.partitionOf(topic, key);
    newest.set(`${topic}/${String(partition)}`, { topic, partition, timestamp, sequence, simulation });
  }
  return [...newest.values()].sort(byPlace);
}

function byPlace(a: Place, b: Place): number {
  return a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1;
}
