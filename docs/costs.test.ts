import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { costsOf, quantitiesOf, queryDollars } from './costs.ts';
import { withTables } from './costs-page.ts';

const page = readFileSync(join(__dirname, 'costs.md'), 'utf8');

test("the page's tables are those of the arithmetic; if not, run: node --import tsx docs/write-costs.mjs", () => {
  expect(withTables(page)).toBe(page);
});

test('ten events a second, by hand', () => {
  const of = quantitiesOf(10);
  expect(of.events).toBe(26_280_000);
  expect(of.parquetGb).toBeCloseTo(0.72, 3);
  expect(of.puts).toBe(21_900 * 8);
  expect(of.actions).toBe(21_900 * 20 + 730 * 60);
  const lines = new Map(costsOf(10).map(({ name, dollars }) => [name, dollars]));
  expect(lines.get('lake: storage')).toBeCloseTo(0.72 * 0.076, 3);
  expect(lines.get('workers')).toBeCloseTo(730 * 0.067006, 2);
});

test('the first TiB of queries is free, and no query is paid back', () => {
  expect([queryDollars(0.2), queryDollars(1), queryDollars(3)]).toEqual([0, 0, 12.5]);
});

test('no line of the bill is negative, and none falls when the rate rises', () => {
  const rate = fc.integer({ min: 1, max: 1_000_000 });
  fc.assert(
    fc.property(rate, rate, (a, b) => {
      const [small, large] = [costsOf(Math.min(a, b)), costsOf(Math.max(a, b))];
      for (const [at, line] of small.entries()) {
        expect(line.dollars).toBeGreaterThanOrEqual(0);
        expect(large[at]?.dollars ?? 0).toBeGreaterThanOrEqual(line.dollars);
      }
    }),
  );
});

test('a page that lost its marks is refused', () => {
  expect(() => withTables('# Costs\n')).toThrow('docs/costs.md');
});
