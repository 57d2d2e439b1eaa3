import fc from 'fast-check';
import { createMemoryEventSink, type MemoryEventSink } from '../adapters/memory/event-sink.ts';
import type { EventSink } from '../core/ports/event-sink.ts';
import { parseMark } from './mark.ts';
import { mortal, type Death } from './mortal-sink.ts';
import type { HistoryOptions } from './options.ts';
import { runEventsim } from './run.ts';
import { simulate } from './simulation.ts';

const DAY = 86_400_000;
const FROM = Date.parse('2026-11-17T00:00:00Z');
const options: HistoryOptions = { mode: 'history', seed: 4, from: FROM, to: FROM + 3 * DAY, count: 5000 };

interface Life {
  readonly sink: EventSink;
  readonly signal?: AbortSignal;
  readonly log?: (line: string) => void;
}

function run(changes: Partial<HistoryOptions>, { sink, signal = new AbortController().signal, log = () => undefined }: Life) {
  return runEventsim({ ...options, ...changes }, { sink, signal, log, now: () => FROM });
}

/** What the sink should hold: the first events of the simulation that its mark names. */
function wanted(sink: MemoryEventSink, count: number) {
  const parsed = parseMark(sink.kept[0]?.simulation ?? '');
  if (parsed === null) throw new Error('nothing was sent');
  return [...simulate(parsed.simulation)].slice(0, count);
}

const deaths = fc.record({
  send: fc.nat({ max: 2 }),
  shares: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 }),
});

describe('history', () => {
  it('makes exactly as many events as asked for, in order, up to the end of the range', async () => {
    const sink = createMemoryEventSink({ partitions: 3 });
    const counts = await run({}, { sink });
    expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(5000);
    expect(sink.kept.map(({ event }) => event)).toEqual(wanted(sink, 5000));
    for (const [topic, count] of Object.entries(counts)) {
      expect(sink.kept.filter(({ event }) => event.topic === topic).length).toBe(count);
    }
    expect(sink.kept.at(-1)?.event.timestamp).toBeGreaterThan(FROM + 2.8 * DAY);
  });

  it.each([1, 2, 3, 1234])('makes %d events, also where that cuts a page view in two', async (count) => {
    const sink = createMemoryEventSink({ partitions: 3 });
    await run({ count }, { sink });
    expect(sink.kept.map(({ event }) => event.sequence)).toEqual(Array.from({ length: count }, (_, sequence) => sequence));
  });

  it('sends nothing that is there already', async () => {
    const sink = createMemoryEventSink({ partitions: 3 });
    await run({}, { sink });
    expect(Object.values(await run({}, { sink }))).toEqual([0, 0, 0, 0]);
    expect(sink.kept.length).toBe(5000);
  });

  it('is whole and without doubles after any number of deaths', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(deaths, { maxLength: 4 }),
        fc.integer({ min: 1, max: 5 }),
        async (all: readonly Death[], partitions) => {
          const sink = createMemoryEventSink({ partitions });
          for (const death of all) await run({}, { sink: mortal(sink, death) }).catch(() => undefined);
          await run({}, { sink });
          const bySequence = sink.kept.map(({ event }) => event).sort((a, b) => a.sequence - b.sequence);
          expect(bySequence).toEqual(wanted(sink, 5000));
          expect(disorder(sink)).toBe(0);
        },
      ),
      { numRuns: 25 },
    );
  }, 60_000);

  it('stops after the batch in flight and goes on later', async () => {
    const sink = createMemoryEventSink({ partitions: 2 });
    const stop = new AbortController();
    const stopping: EventSink = {
      ...sink,
      send: async (events, simulation) => {
        stop.abort();
        return sink.send(events, simulation);
      },
    };
    const counts = await run({}, { sink: stopping, signal: stop.signal });
    expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(sink.kept.length);
    expect(sink.kept.length).toBeGreaterThan(0);
    expect(sink.kept.length).toBeLessThan(5000);
    await run({}, { sink });
    expect(sink.kept.map(({ event }) => event)).toEqual(wanted(sink, 5000));
  });

  it('says how far it is every 50,000 events', async () => {
    const lines: string[] = [];
    await run({ count: 120_000 }, { sink: createMemoryEventSink({ partitions: 1 }), log: (line) => lines.push(line) });
    expect(lines.length).toBe(4);
    expect(lines[0]).toMatch(/^eventsim: 120000 events of \d+ listeners, seed 4, from 2026-11-17T00:00:00.000Z/);
    expect(lines.at(-1)).toBe('eventsim: done, 120000 events sent');
  }, 30_000);

  it('throws what the sink throws', async () => {
    const sink = mortal(createMemoryEventSink({ partitions: 1 }), { send: 0, shares: [0] });
    await expect(run({}, { sink })).rejects.toThrow('killed');
  });

  it.each([
    [{ count: 0 }, /count: 0 is out of range/],
    [{ to: FROM }, /to: \d+ is out of range/],
    [{ seed: 1.5 }, /seed: 1.5 is not a whole number/],
    [{ growthRate: -1 }, /growthRate: -1/],
  ])('refuses %j', async (changes, message) => {
    await expect(run(changes, { sink: createMemoryEventSink({ partitions: 1 }) })).rejects.toThrow(message);
  });
});

/** Events that lie behind a later one of their partition. */
function disorder(sink: MemoryEventSink): number {
  const last = new Map<string, number>();
  return sink.kept.filter(({ event, partition }) => {
    const place = `${event.topic}/${String(partition)}`;
    const isLate = event.sequence <= (last.get(place) ?? -1);
    last.set(place, event.sequence);
    return isLate;
  }).length;
}
