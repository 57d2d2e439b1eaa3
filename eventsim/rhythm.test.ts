import fc from 'fast-check';
import { BEHAVIOR } from './behavior.ts';
import { Random } from './random.ts';
import { isOffDay, nextSession, warp, weekendDamping } from './rhythm.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const instants = fc.integer({ min: Date.parse('2020-01-01'), max: Date.parse('2040-01-01') });

describe('warp', () => {
  it('never turns time around', () => {
    fc.assert(fc.property(instants, fc.integer({ min: 1, max: DAY }), (at, later) => warp(at + later) >= warp(at)));
  });

  it('makes 15:00 3.87 times as busy as 03:00', () => {
    const midnight = Date.parse('2026-03-02');
    const perMinute = (hour: number): number => {
      const around = midnight + hour * HOUR;
      return (2 * MINUTE) / (warp(around + MINUTE) - warp(around - MINUTE));
    };
    expect(perMinute(15) / perMinute(3)).toBeCloseTo(3.87, 1);
    for (const hour of [0, 6, 9, 12, 18, 21]) {
      expect(perMinute(hour)).toBeGreaterThan(perMinute(3));
      expect(perMinute(hour)).toBeLessThan(perMinute(15));
    }
  });
});

describe('weekend damping', () => {
  it.each([
    ['2026-03-04T12:00:00Z', 0],
    ['2026-03-06T20:59:00Z', 0],
    ['2026-03-06T22:30:00Z', 0.125],
    ['2026-03-07T00:00:00Z', 0.25],
    ['2026-03-07T03:00:00Z', 0.5],
    ['2026-03-08T00:00:00Z', 0.5],
    ['2026-03-08T21:00:00Z', 0.5],
    ['2026-03-09T00:00:00Z', 0.25],
    ['2026-03-09T03:00:00Z', 0],
    ['2026-09-07T12:00:00Z', 0.5],
    ['2026-09-08T00:00:00Z', 0.25],
  ])('at %s is %d', (at, damping) => {
    expect(weekendDamping(Date.parse(at))).toBeCloseTo(damping, 9);
  });

  it.each([
    ['2026-01-01', true],
    ['2026-01-19', true],
    ['2026-01-12', false],
    ['2026-02-16', true],
    ['2026-05-25', true],
    ['2026-05-18', false],
    ['2026-06-19', true],
    ['2027-07-05', false],
    ['2026-09-07', true],
    ['2026-10-12', true],
    ['2026-11-11', true],
    ['2026-11-26', true],
    ['2026-11-19', false],
    ['2026-12-25', true],
    ['2026-12-24', false],
  ])('knows whether %s is off: %s', (date, isOff) => {
    expect(isOffDay(Date.parse(date) / DAY)).toBe(isOff);
  });
});

describe('next session', () => {
  it('never begins before the last one ended', () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: 1, max: 30 * DAY }), fc.nat(), (end, gap, seed) => {
        expect(nextSession(end, gap, new Random(seed, 0))).toBeGreaterThanOrEqual(end);
      }),
    );
  });

  it('comes half as often on weekends', () => {
    const random = new Random(3, 0);
    const begins = Array.from({ length: 40_000 }, () =>
      nextSession(Date.parse('2026-03-01') + random.below(28 * DAY), 3 * DAY, random),
    );
    const ofDay = (weekday: number): number => begins.filter((at) => new Date(at).getUTCDay() === weekday).length;
    const work = [2, 3, 4].map(ofDay).reduce((sum, count) => sum + count, 0) / 3;
    expect((ofDay(6) + ofDay(0)) / 2 / work).toBeGreaterThan(BEHAVIOR.weekendDamping - 0.06);
    expect((ofDay(6) + ofDay(0)) / 2 / work).toBeLessThan(BEHAVIOR.weekendDamping + 0.1);
  });
});
