import { listenersAtRate, listenersFor } from './audience.ts';
import { eventCount } from './events.ts';
import { pageViews, simulate, type Simulation } from './simulation.ts';

const DAY = 86_400_000;
const START = Date.parse('2026-03-02T00:00:00Z');
const base: Simulation = {
  seed: 3,
  listeners: 2000,
  start: START,
  end: START + 14 * DAY,
  growthRate: 0,
  attritionRate: 0,
  firstSession: 1,
};

describe('audience', () => {
  it.each([500, 5_000, 20_000])('is the least that makes %d events', (events) => {
    const wanted = { seed: 9, start: START, end: START + 3 * DAY, attritionRate: 0.2, events };
    const listeners = listenersFor(wanted);
    const count = (number: number): number => [...simulate({ ...base, ...wanted, listeners: number })].length;
    expect(count(listeners)).toBeGreaterThanOrEqual(events);
    expect(count(listeners - 1)).toBeLessThan(events);
  });

  it('cannot make a million events in a second', () => {
    expect(() => listenersFor({ seed: 1, start: START, end: START, attritionRate: 0, events: 10 })).toThrow(/longer range/);
  });

  it('makes the wanted rate over an ordinary week', () => {
    const listeners = listenersAtRate(1);
    let events = 0;
    for (const view of pageViews({ ...base, seed: 0, listeners, end: START + 7 * DAY })) events += eventCount(view);
    expect(events / (7 * 86_400)).toBeGreaterThan(0.97);
    expect(events / (7 * 86_400)).toBeLessThan(1.03);
    expect(Math.abs(listenersAtRate(10) / listeners - 10)).toBeLessThan(0.01);
  });
});
