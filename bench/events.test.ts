import { ListenEvent } from '../assets/topics/listen_events.ts';
import { listenEvents, type BenchEvent, type EventOptions } from './events.ts';

function take(count: number, options: EventOptions): readonly BenchEvent[] {
  const events = listenEvents(options);
  return Array.from({ length: count }, () => events.next().value);
}

function fits(value: string): boolean {
  try {
    return ListenEvent.safeParse(JSON.parse(value)).success;
  } catch {
    return false;
  }
}

test('the same seed gives the same events, another seed others', () => {
  const [first, again, other] = [1, 1, 2].map((seed) => take(200, { seed, badShare: 0.1 }));
  expect(again).toEqual(first);
  expect(other).not.toEqual(first);
});

test('events fit the contract, are of the size the benchmark speaks of, and exactly the bad ones do not fit', () => {
  const events = take(5_000, { seed: 1, badShare: 0.05 });
  expect(events.filter(({ value, bad }) => fits(value) === bad)).toEqual([]);
  const sound = events.filter(({ bad }) => !bad);
  const bytes = sound.reduce((sum, { value }) => sum + Buffer.byteLength(value), 0) / sound.length;
  expect(bytes).toBeGreaterThan(450);
  expect(bytes).toBeLessThan(510);
  expect(events.length - sound.length).toBeGreaterThan(200);
  expect(events.length - sound.length).toBeLessThan(300);
});

test('no share of bad records means none', () => {
  expect(take(2_000, { seed: 3, badShare: 0 }).some(({ bad }) => bad)).toBe(false);
});
