import fc from 'fast-check';
import { Random } from './random.ts';
import { WeightedChoice } from './weighted.ts';

const DRAWS = 200_000;

function drawMany(draw: (random: Random) => number, seed = 7): readonly number[] {
  const random = new Random(seed, 1);
  return Array.from({ length: DRAWS }, () => draw(random));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe('random', () => {
  it('is the same for the same seed and stream, and another for any other', () => {
    const seeds = fc.nat({ max: Number.MAX_SAFE_INTEGER });
    fc.assert(
      fc.property(seeds, seeds, seeds, (seed, stream, other) => {
        const first = (random: Random): readonly number[] => Array.from({ length: 4 }, () => random.uniform());
        expect(first(new Random(seed, stream))).toEqual(first(new Random(seed, stream)));
        if (other !== stream) expect(first(new Random(seed, other))).not.toEqual(first(new Random(seed, stream)));
        if (other !== seed) expect(first(new Random(other, stream))).not.toEqual(first(new Random(seed, stream)));
      }),
    );
  });

  it('is uniform over [0, 1), in one stream and across the first draws of many', () => {
    const across = Array.from({ length: DRAWS }, (_, stream) => new Random(1, stream).uniform());
    for (const values of [drawMany((random) => random.uniform()), across]) {
      const tenths = new Array<number>(10).fill(0);
      for (const value of values) {
        tenths[Math.floor(value * 10)] = (tenths[Math.floor(value * 10)] ?? 0) + 1;
      }
      expect(tenths.reduce((sum, count) => sum + count, 0)).toBe(DRAWS);
      expect(tenths.length).toBe(10);
      for (const count of tenths) expect(Math.abs(count / DRAWS - 0.1)).toBeLessThan(0.004);
    }
  });

  it('has the means it says', () => {
    expect(Math.abs(mean(drawMany((random) => random.exponential(90))) - 90)).toBeLessThan(1);
    expect(mean(drawMany((random) => random.normal()))).toBeCloseTo(0, 1);
    expect(mean(drawMany((random) => random.normal() ** 2))).toBeCloseTo(1, 1);
    expect(mean(drawMany((random) => random.lognormal()))).toBeCloseTo(1, 1);
  });

  it('never makes an exponential negative or infinite', () => {
    expect(drawMany((random) => random.exponential(1)).every((value) => value >= 0 && value < 30)).toBe(true);
  });
});

describe('weighted choice', () => {
  it('draws every value by its weight', () => {
    const weights = fc
      .array(fc.nat({ max: 100 }), { minLength: 1, maxLength: 8 })
      .filter((all) => all.some((weight) => weight > 0));
    fc.assert(
      fc.property(weights, fc.nat(), (all, seed) => {
        const choice = new WeightedChoice(all.map((weight, index) => [index, weight] as const));
        const random = new Random(seed, 0);
        const counts = all.map(() => 0);
        for (let draw = 0; draw < 20_000; draw += 1) {
          const drawn = choice.draw(random);
          counts[drawn] = (counts[drawn] ?? 0) + 1;
        }
        const total = all.reduce((sum, weight) => sum + weight, 0);
        all.forEach((weight, index) => {
          if (weight === 0) expect(counts[index]).toBe(0);
          expect(Math.abs((counts[index] ?? 0) / 20_000 - weight / total)).toBeLessThan(0.025);
        });
      }),
      { numRuns: 40 },
    );
  });

  it('wants a positive weight', () => {
    expect(() => new WeightedChoice([['a', 0]])).toThrow(/positive weight/);
  });
});
