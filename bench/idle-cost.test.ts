import { batchCost, type Sample } from './idle-cost.ts';

const TICK = 120_000;

/** Samples of each second: `rest` CPU-ms in each, and `burst` more in the first second of each tick. */
function samples(seconds: number, { rest, burst }: { rest: number; burst: number }): readonly Sample[] {
  const all: Sample[] = [{ at: TICK / 2, cpuSeconds: 7 }];
  for (let second = 0; second < seconds; second += 1) {
    const last = all.at(-1);
    if (last === undefined) break;
    const used = rest + (last.at % TICK === 0 ? burst : 0);
    all.push({ at: last.at + 1_000, cpuSeconds: last.cpuSeconds + used / 1_000 });
  }
  return all;
}

test('a batch costs what it adds to the rest, and the share of a core holds both', () => {
  const { corePercent, cpuMsPerBatch } = batchCost(samples(240, { rest: 10, burst: 400 }), { tickMs: TICK, batches: 8 });
  expect(cpuMsPerBatch).toBeCloseTo(100, 6);
  expect(corePercent).toBeCloseTo((240 * 10 + 2 * 400) / 2_400, 6);
});

test('nothing watched and nothing landed cost nothing', () => {
  expect(batchCost([], { tickMs: TICK, batches: 0 })).toEqual({ corePercent: 0, cpuMsPerBatch: 0 });
  expect(batchCost(samples(60, { rest: 5, burst: 0 }), { tickMs: TICK, batches: 0 }).cpuMsPerBatch).toBe(0);
});
