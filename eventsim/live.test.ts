import fc from 'fast-check';
import { createMemoryEventSink, type MemoryEventSink } from '../adapters/memory/event-sink.ts';
import type { EventSink } from '../core/ports/event-sink.ts';
import { parseMark } from './mark.ts';
import { mortal } from './mortal-sink.ts';
import type { LiveOptions } from './options.ts';
import { runEventsim } from './run.ts';
import { simulate } from './simulation.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = Date.parse('2026-03-04T14:00:00Z');
const options: LiveOptions = { mode: 'live', seed: 4, rate: 0.3, speed: 1, growthRate: 100 };

/** One life of the generator, from `from` to `to` on a clock of its own that goes on only while the generator waits. */
interface Life {
  readonly sink: EventSink;
  readonly from: number;
  readonly to: number;
  readonly changes?: Partial<LiveOptions>;
}

async function live({ sink, from, to, changes = {} }: Life) {
  const stop = new AbortController();
  const lines: string[] = [];
  const waits: number[] = [];
  let clock = from;
  const counts = await runEventsim(
    { ...options, ...changes },
    {
      sink,
      signal: stop.signal,
      log: (line) => lines.push(line),
      now: () => clock,
      wait: async (ms) => {
        waits.push(ms);
        clock = Math.min(to, clock + ms);
        if (clock === to) stop.abort();
        return Promise.resolve();
      },
    },
  );
  return { counts, lines, waits };
}

/** All events up to `to` of the simulation that the first event names. */
function wanted(sink: MemoryEventSink, to: number) {
  const parsed = parseMark(sink.kept[0]?.simulation ?? '');
  if (parsed === null) throw new Error('nothing was sent');
  return [...simulate({ ...parsed.simulation, end: to })];
}

function sorted(sink: MemoryEventSink) {
  return sink.kept.map(({ event }) => event).sort((a, b) => a.sequence - b.sequence);
}

function sessionsOf(sink: MemoryEventSink, mark: string): ReadonlySet<number> {
  const numbers = sink.kept
    .filter(({ simulation }) => simulation === mark)
    .map(({ event }) => /"sessionId":(\d+)/.exec(event.value)?.[1]);
  return new Set(numbers.map(Number));
}

const lives = fc.array(
  fc.record({
    minutes: fc.nat({ max: 20 }),
    pause: fc.nat({ max: 30 }),
    send: fc.oneof(fc.constant(0), fc.nat({ max: 40 })),
    shares: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 }),
  }),
  { maxLength: 4 },
);

describe('live', () => {
  it('begins an hour before now and sends each event when its time has come', async () => {
    const sink = createMemoryEventSink({ partitions: 3 });
    const late: number[] = [];
    let clock = NOW;
    const stop = new AbortController();
    const watched: EventSink = {
      ...sink,
      send: async (events, simulation) => {
        late.push(...events.map(({ timestamp }) => clock - timestamp));
        return sink.send(events, simulation);
      },
    };
    const wait = async (ms: number): Promise<void> => {
      clock += ms;
      if (clock > NOW + HOUR) stop.abort();
      return Promise.resolve();
    };
    await runEventsim(options, { sink: watched, signal: stop.signal, log: () => undefined, now: () => clock, wait });
    expect(sink.kept[0]?.event.timestamp).toBeLessThan(NOW - 59 * MINUTE);
    expect(sink.kept.at(-1)?.event.timestamp).toBeGreaterThan(NOW + 59 * MINUTE);
    expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
    const inTime = sink.kept
      .map(({ event }, index) => ({ event, delay: late[index] ?? 0 }))
      .filter(({ event }) => event.timestamp > NOW);
    expect(inTime.every(({ delay }) => delay <= 201)).toBe(true);
    expect(sorted(sink).filter(({ timestamp }) => timestamp < NOW + HOUR)).toEqual(wanted(sink, NOW + HOUR));
  });

  it('waits for the next event, and never less than a tick', async () => {
    const { waits } = await live({ sink: createMemoryEventSink({ partitions: 1 }), from: NOW, to: NOW + 10 * MINUTE });
    expect(Math.min(...waits)).toBe(200);
    expect(waits.length).toBeLessThan(400);
  });

  it('is whole and without doubles after any number of deaths and pauses', async () => {
    await fc.assert(
      fc.asyncProperty(lives, fc.integer({ min: 1, max: 5 }), async (all, partitions) => {
        const sink = createMemoryEventSink({ partitions });
        const changes = { catchUpMs: 10 * HOUR };
        let at = NOW;
        for (const { minutes, pause, send, shares } of all) {
          const to = at + minutes * MINUTE + 1;
          await live({ sink: mortal(sink, { send, shares }), from: at, to, changes }).catch(() => undefined);
          // Before anything was kept, the next life is the first.
          if (sink.kept.length > 0) at = to + pause * MINUTE;
        }
        await live({ sink, from: at, to: at + 10 * MINUTE, changes });
        const events = sorted(sink).filter(({ timestamp }) => timestamp < at + 9 * MINUTE);
        expect(events).toEqual(wanted(sink, at + 9 * MINUTE));
      }),
      { numRuns: 15 },
    );
  }, 60_000);

  it('passes over what is older than the catch-up, and says so', async () => {
    const sink = createMemoryEventSink({ partitions: 2 });
    await live({ sink, from: NOW, to: NOW + 5 * MINUTE });
    const before = sink.kept.length;
    const back = NOW + 6 * HOUR;
    const { lines } = await live({ sink, from: back, to: back + 5 * MINUTE });
    const all = wanted(sink, back + 4 * MINUTE);
    const sent = new Set(sink.kept.map(({ event }) => event.sequence));
    expect(sent.size).toBe(sink.kept.length);
    const missing = all.filter(({ sequence }) => !sent.has(sequence));
    expect(missing.every(({ timestamp }) => timestamp > NOW + 4 * MINUTE && timestamp < back - HOUR)).toBe(true);
    expect(missing.length).toBeGreaterThan(before);
    expect(lines[0]).toContain('goes on with the simulation of 2026-03-04T13:00:00.000Z');
    expect(lines[1]).toContain(`passed over ${String(missing.length)} older ones of 2026-03-04T14:0`);
  });

  it('begins another simulation right after the newest event when it is to be another, with sessions of its own', async () => {
    const sink = createMemoryEventSink({ partitions: 2 });
    await live({ sink, from: NOW, to: NOW + 5 * MINUTE });
    const newest = Math.max(...sink.kept.map(({ event }) => event.timestamp));
    const before = sink.kept.length;
    const { lines } = await live({ sink, from: NOW + 8 * MINUTE, to: NOW + 9 * MINUTE, changes: { seed: 5 } });
    expect(lines[0]).toContain('to be another simulation');
    const [first, second] = [...new Set(sink.kept.map(({ simulation }) => simulation))];
    expect(parseMark(second ?? '')?.simulation.start).toBe(newest + 1);
    expect(sink.kept.length).toBeGreaterThan(before);
    const later = sessionsOf(sink, second ?? '');
    expect([...sessionsOf(sink, first ?? '')].filter((session) => later.has(session))).toEqual([]);
  });

  it('begins another simulation after seven days', async () => {
    const sink = createMemoryEventSink({ partitions: 1 });
    await live({ sink, from: NOW, to: NOW + MINUTE });
    await live({ sink, from: NOW + 8 * DAY, to: NOW + 8 * DAY + MINUTE });
    const marks = [...new Set(sink.kept.map(({ simulation }) => simulation))];
    expect(marks.map((mark) => parseMark(mark)?.simulation.start)).toEqual([NOW - HOUR, NOW + 8 * DAY - HOUR]);
  });

  it('goes many times as fast, and on from where it was', async () => {
    const sink = createMemoryEventSink({ partitions: 2 });
    const changes = { speed: 600 };
    await live({ sink, from: NOW, to: NOW + MINUTE, changes });
    const ahead = NOW + 10 * HOUR;
    expect(sink.kept.at(-1)?.event.timestamp).toBeGreaterThan(ahead - 10 * MINUTE);
    await live({ sink, from: NOW + 2 * MINUTE, to: NOW + 3 * MINUTE, changes });
    const newest = sink.kept.at(-1)?.event.timestamp ?? 0;
    expect(newest).toBeGreaterThan(ahead + 9 * HOUR);
    expect(sorted(sink)).toEqual(wanted(sink, newest + 1));
  });

  it('counts by topic what this life sent, and says so every ten seconds', async () => {
    const sink = createMemoryEventSink({ partitions: 2 });
    const { counts, lines } = await live({ sink, from: NOW, to: NOW + MINUTE });
    const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
    expect(total).toBe(sink.kept.length);
    expect(lines.length).toBeGreaterThanOrEqual(7);
    expect(lines.length).toBeLessThanOrEqual(9);
    expect(lines.at(-1)).toBe(`eventsim: stopped after ${String(total)} events`);
  });

  it.each([
    [{ rate: 0 }, /rate: 0/],
    [{ speed: -1 }, /speed: -1/],
    [{ catchUpMs: -1 }, /catchUpMs: -1/],
  ])('refuses %j', async (changes, message) => {
    const sink = createMemoryEventSink({ partitions: 1 });
    await expect(live({ sink, from: NOW, to: NOW + MINUTE, changes })).rejects.toThrow(message);
  });
});
