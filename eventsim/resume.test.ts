import type { SinkPosition } from '../core/ports/event-sink.ts';
import { markOf } from './mark.ts';
import { resume, type Situation } from './resume.ts';
import type { Simulation } from './simulation.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = Date.parse('2026-03-04T14:00:00Z');
const LAYOUT = 'ab12';

const wanted = { seed: 4, listeners: 100, growthRate: 2, attritionRate: 0.2 };
const known: Simulation = { ...wanted, start: NOW - 5 * HOUR, end: Infinity, firstSession: 700 };

function at(timestamp: number, sequence: number, simulation: string = markOf(known, LAYOUT)): SinkPosition {
  return { topic: 'listen_events', partition: 0, timestamp, sequence, simulation };
}

function situation(positions: readonly SinkPosition[], changes: Partial<Situation> = {}): Situation {
  return { wanted, layout: LAYOUT, positions, now: NOW, catchUpMs: HOUR, ...changes };
}

describe('resume', () => {
  it('begins an hour ago when there is nothing', () => {
    const { simulation, at: simulated, since, decision } = resume(situation([]));
    expect(simulation).toEqual({
      ...wanted,
      start: NOW - HOUR,
      end: Infinity,
      firstSession: NOW - HOUR - Date.parse('2020-01-01'),
    });
    expect([simulated, since]).toEqual([NOW, NOW - HOUR]);
    expect(decision).toBe('new simulation from 2026-03-04T13:00:00.000Z: first start');
  });

  it('goes on with its own simulation, passing over what is older than the catch-up', () => {
    const { simulation, at: simulated, since } = resume(situation([at(NOW - 3 * HOUR, 500)]));
    expect(simulation).toEqual(known);
    expect([simulated, since]).toEqual([NOW, NOW - HOUR]);
  });

  it('goes on from the newest event where that is ahead of the clock', () => {
    const { simulation, at: simulated, since } = resume(situation([at(NOW + 9 * HOUR, 500)]));
    expect(simulation).toEqual(known);
    expect([simulated, since]).toEqual([NOW + 9 * HOUR, NOW + 8 * HOUR]);
  });

  it('takes the newest simulation where quiet partitions still end with an older one', () => {
    const older = markOf({ ...known, start: NOW - 2 * DAY }, LAYOUT);
    const positions = [at(NOW - 10 * MINUTE, 500), at(NOW - 6 * HOUR, 9000, older), at(NOW - 7 * HOUR, 9001, older)];
    expect(resume(situation(positions)).simulation).toEqual(known);
    expect(resume(situation([...positions].reverse())).simulation).toEqual(known);
  });

  it.each([
    { what: 'another seed', changes: { wanted: { ...wanted, seed: 5 } }, why: 'to be another simulation' },
    { what: 'another rate', changes: { wanted: { ...wanted, listeners: 101 } }, why: 'to be another simulation' },
    { what: 'other partitions', changes: { layout: 'cd34' }, why: 'keys fall on other partitions' },
    { what: 'too long ago', before: { start: NOW - 8 * DAY }, why: 'over 7 days ago' },
    { what: 'a range that has ended', before: { end: NOW }, why: 'to be another simulation' },
  ])('begins another right after the newest event: $what', ({ before = {}, changes = {}, why }) => {
    const mark = markOf({ ...known, ...before }, LAYOUT);
    const { simulation, since, decision } = resume(situation([at(NOW - 10 * MINUTE, 500, mark)], changes));
    expect(simulation.start).toBe(NOW - 10 * MINUTE + 1);
    expect(since).toBe(simulation.start);
    expect(decision).toContain(why);
  });

  it('begins another no longer ago than the catch-up', () => {
    const { simulation } = resume(situation([at(NOW - 3 * HOUR, 500)], { layout: 'cd34' }));
    expect(simulation.start).toBe(NOW - HOUR);
  });

  it('begins another after events of a simulation that it cannot read', () => {
    const { simulation, decision } = resume(situation([at(NOW - MINUTE, 3, 'v0;who knows')]));
    expect(simulation.start).toBe(NOW - MINUTE + 1);
    expect(decision).toContain('unknown simulation');
  });

  it('numbers sessions from where no earlier one can be', () => {
    const mark = markOf({ ...known, firstSession: 10 ** 12 }, LAYOUT);
    const positions = [at(NOW - MINUTE, 40, mark), at(NOW - HOUR, 77, mark), at(NOW - 2 * HOUR, 12, mark)];
    expect(resume(situation(positions, { layout: 'cd34' })).simulation.firstSession).toBe(10 ** 12 + 78);
  });
});
