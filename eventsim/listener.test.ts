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

/** How many listeners are seen in each half of the range, and how many of them are newcomers. */
function seen(changes: Partial<Simulation>) {
  const simulation = { ...base, ...changes };
  const halves = [new Set<number>(), new Set<number>()];
  for (const { at, listener } of pageViews(simulation)) halves[at < START + 7 * DAY ? 0 : 1]?.add(listener);
  const [early, late] = halves.map((half) => half.size);
  const newcomers = new Set([...(halves[0] ?? []), ...(halves[1] ?? [])].filter((id) => id > simulation.listeners)).size;
  return { early: early ?? 0, late: late ?? 0, newcomers };
}

describe('the day and the week', () => {
  const simulation = { ...base, listeners: 8000 };
  const begun = [...pageViews(simulation)].filter(({ item }) => item === 0).map(({ at }) => new Date(at));

  it('begins most sessions at 15:00 and fewest at 03:00, with 3.9 times as many', () => {
    const around = (hour: number): number =>
      begun.filter((at) => Math.abs(at.getUTCHours() + at.getUTCMinutes() / 60 - hour) < 1).length;
    const counts = Array.from({ length: 22 }, (_, index) => around(index + 1));
    expect(1 + counts.indexOf(Math.max(...counts))).toBeGreaterThanOrEqual(14);
    expect(1 + counts.indexOf(Math.max(...counts))).toBeLessThanOrEqual(16);
    expect(1 + counts.indexOf(Math.min(...counts))).toBeGreaterThanOrEqual(1);
    expect(1 + counts.indexOf(Math.min(...counts))).toBeLessThanOrEqual(6);
    expect(around(15) / around(3)).toBeGreaterThan(3);
    expect(around(15) / around(3)).toBeLessThan(4.6);
  });

  it('begins fewer sessions on weekends', () => {
    const ofDays = (...days: readonly number[]): number =>
      begun.filter((at) => days.includes(at.getUTCDay())).length / days.length;
    expect(ofDays(0, 6) / ofDays(2, 3, 4)).toBeGreaterThan(0.4);
    expect(ofDays(0, 6) / ofDays(2, 3, 4)).toBeLessThan(0.7);
  });
});

describe('growth and attrition', () => {
  it('keep the listeners there are when both are 0', () => {
    const { early, late, newcomers } = seen({});
    expect(newcomers).toBe(0);
    expect(late / early).toBeGreaterThan(0.97);
    expect(late / early).toBeLessThan(1.03);
  });

  it('bring the share of newcomers that a year would, as guests who mostly register', () => {
    const { newcomers } = seen({ growthRate: 5 });
    const wanted = 2000 * (Math.exp((5 * 14) / 365.25) - 1);
    expect(newcomers / wanted).toBeGreaterThan(0.85);
    expect(newcomers / wanted).toBeLessThan(1.15);
    const views = [...pageViews({ ...base, growthRate: 5 })].filter(({ listener }) => listener > 2000);
    expect(views.filter(({ item, state }) => item === 0 && state.auth === 'Guest').length).toBeGreaterThan(newcomers * 0.9);
    const registered = new Set(views.filter(({ state }) => state.page === 'Submit Registration').map(({ listener }) => listener));
    expect(registered.size / newcomers).toBeGreaterThan(0.3);
  });

  it('take the share that a year would, whatever their pace', () => {
    const without = seen({});
    const { late } = seen({ attritionRate: 12 });
    const leftAfterTenDays = Math.exp((-12 * 10.5) / 365.25);
    expect(late / without.late / leftAfterTenDays).toBeGreaterThan(0.85);
    expect(late / without.late / leftAfterTenDays).toBeLessThan(1.2);
  });

  it('end the simulation when all have left', () => {
    const events = [...simulate({ ...base, listeners: 20, end: Infinity, attritionRate: 1000 })];
    expect(events.length).toBeGreaterThan(0);
    expect(events.at(-1)?.timestamp).toBeLessThan(START + 60 * DAY);
  });
});
