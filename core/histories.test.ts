import fc from 'fast-check';
import { createHistories, type ShownRun } from './histories.ts';

const run = (runId: string, events: number): ShownRun => ({ runId, events });

function lastOf(shown: readonly (ShownRun | null)[]): boolean {
  const histories = createHistories();
  return shown.map((one) => histories.isBehind('land/plays', one)).at(-1) ?? false;
}

describe('a server that is looked at again and again', () => {
  it.each([
    ['a longer history', [run('a', 3), run('a', 9)], false],
    ['the same history', [run('a', 9), run('a', 9)], false],
    ['a new run', [run('a', 9), run('b', 1)], false],
    ['no workflow yet', [null, null], false],
    ['a workflow that was not there', [null, run('a', 1)], false],
    ['a shorter history', [run('a', 9), run('a', 8)], true],
    ['an earlier run', [run('a', 9), run('b', 1), run('a', 20)], true],
    ['no workflow where one was', [run('a', 9), null], true],
  ])('that shows %s', (_, shown, behind) => {
    expect(lastOf(shown)).toBe(behind);
  });

  it('tells workflows apart', () => {
    const histories = createHistories();
    expect([histories.isBehind('land/a', run('a', 9)), histories.isBehind('land/b', run('b', 1))]).toEqual([false, false]);
  });

  it('is never behind while histories grow and runs follow one another, and is once any earlier moment comes back', () => {
    const growth = fc.array(fc.record({ anew: fc.boolean(), by: fc.integer({ min: 1, max: 50 }) }), {
      minLength: 2,
      maxLength: 40,
    });
    fc.assert(
      fc.property(growth, fc.nat(), (steps, pick) => {
        const histories = createHistories();
        const moments: ShownRun[] = [run('0', 1)];
        for (const { anew, by } of steps) {
          const last = moments.at(-1) ?? run('0', 1);
          moments.push(anew ? run(String(moments.length), by) : run(last.runId, last.events + by));
        }
        expect(moments.map((moment) => histories.isBehind('w', moment))).toEqual(moments.map(() => false));
        const earlier = moments[pick % (moments.length - 1)] ?? null;
        expect(histories.isBehind('w', earlier)).toBe(true);
      }),
    );
  });
});
