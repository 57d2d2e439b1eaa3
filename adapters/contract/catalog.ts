import fc from 'fast-check';
import { parseHour } from '../../core/hours.ts';
import type {
  Catalog,
  CheckRecord,
  Fact,
  LandedHour,
  LedgerEntry,
  Materialization,
  RunRecord,
} from '../../core/ports/catalog.ts';

const H10 = parseHour('2026-11-20T10', 'test');
const H11 = parseHour('2026-11-20T11', 'test');

const materialization: Materialization = {
  asset: 'stg_plays',
  partition: H10,
  version: '4',
  rows: 10,
  bytes: 100,
  run: 'run/1',
  at: 1000,
};
const check: CheckRecord = { asset: 'mart_songs', check: 'freshness', status: 'pass', message: 'fine', run: 'run/1', at: 1000 };
const run: RunRecord = {
  id: 'run/1',
  kind: 'hourly',
  status: 'running',
  startedAt: 1000,
  endedAt: null,
  steps: 3,
  failed: 0,
  summary: 'loading',
};
const landed: LandedHour = {
  topic: 'plays',
  hour: H10,
  position: 4,
  consumed: 12,
  redeemed: 1,
  rows: 9,
  deadLetters: 2,
  lost: 1,
  empty: 1,
  bytes: 900,
};
const entry: LedgerEntry = { ...landed, loaded: 9, staged: 9, difference: 0, run: 'run/1', at: 1000 };

const materialized = (over: Partial<Materialization>): Fact => ({
  fact: 'materialization',
  value: { ...materialization, ...over },
});
const checked = (over: Partial<CheckRecord>): Fact => ({ fact: 'check', value: { ...check, ...over } });
const ran = (over: Partial<RunRecord>): Fact => ({ fact: 'run', value: { ...run, ...over } });
const landedHour = (over: Partial<LandedHour>): Fact => ({ fact: 'landedHour', value: { ...landed, ...over } });
const balanced = (over: Partial<LedgerEntry>): Fact => ({ fact: 'ledger', value: { ...entry, ...over } });
const folded = (topic: string, position: number): Fact => ({ fact: 'folded', value: { topic, position } });

/** Everything a catalogue answers. */
export async function readAll(catalog: Catalog): Promise<unknown> {
  const topics = ['plays', 'logins'];
  return {
    folded: await Promise.all(topics.map((topic) => catalog.folded(topic))),
    landedHours: await Promise.all(topics.map((topic) => catalog.landedHours(topic))),
    materializations: await catalog.materializations(),
    runs: await catalog.runs(100),
    checks: await catalog.checks(),
    ledger: await catalog.ledger(),
  };
}

const hour = fc.constantFrom(H10, H11);
const small = fc.integer({ min: 0, max: 3 });
const name = fc.constantFrom('a', 'b');
const topic = fc.constantFrom('plays', 'logins');

/** Facts whose order must not matter: what a position says is always the same. */
const positioned: fc.Arbitrary<Fact> = fc.oneof(
  fc.tuple(topic, hour, small).map(([of, at, position]) => landedHour({ topic: of, hour: at, position, rows: position * 7 })),
  fc.tuple(topic, small).map(([of, position]) => folded(of, position)),
);

const anyFact: fc.Arbitrary<Fact> = fc.oneof(
  positioned,
  fc
    .record({ asset: name, partition: fc.option(hour), version: name, run: name, at: small, rows: small })
    .map((over) => materialized(over)),
  fc
    .record({ asset: name, check: name, status: fc.constantFrom('pass', 'warn', 'fail'), run: name, at: small })
    .map((over) => checked(over)),
  fc.record({ topic, hour, run: name, at: small, loaded: small }).map((over) => balanced(over)),
  fc
    .record({ id: name, status: fc.constantFrom('running', 'failed', 'succeeded'), startedAt: small, steps: small })
    .map((over) => ran(over)),
);

/** A fact whose number no store can keep. */
export const BROKEN: Fact = materialized({ asset: 'broken', rows: Number.NaN });

/** What every catalogue must do; `open` gives an empty one. */
export function describeCatalog(title: string, open: () => Promise<Catalog>): void {
  const catalogs: Catalog[] = [];
  const openOne = async (...facts: readonly Fact[]): Promise<Catalog> => {
    const catalog = await open();
    catalogs.push(catalog);
    for (const fact of facts) await catalog.record([fact]);
    return catalog;
  };
  afterEach(() => Promise.all(catalogs.splice(0).map((catalog) => catalog.close())));

  describe(`${title} as Catalog`, () => {
    it('knows nothing at first', async () => {
      const catalog = await openOne();
      await catalog.record([]);
      expect(await readAll(catalog)).toEqual({
        folded: [-1, -1],
        landedHours: [[], []],
        materializations: [],
        runs: [],
        checks: [],
        ledger: [],
      });
    });

    it('gives back each fact as it was', async () => {
      const catalog = await openOne();
      await catalog.record([materialized({}), checked({}), ran({}), landedHour({}), balanced({}), folded('plays', 4)]);
      expect(await readAll(catalog)).toEqual({
        folded: [4, -1],
        landedHours: [[landed], []],
        materializations: [materialization],
        runs: [run],
        checks: [check],
        ledger: [entry],
      });
    });

    it('gives the newest materialization of each partition; of two of one time the later told', async () => {
      const catalog = await openOne(
        materialized({ version: '5', at: 2000 }),
        materialized({ version: '4', at: 1000 }),
        materialized({ partition: H11, version: '6' }),
        materialized({ partition: H11, version: '7' }),
        materialized({ asset: 'mart_songs', partition: null, version: 'ab' }),
        materialized({ asset: 'mart_songs', partition: null, version: 'cd', at: 3000 }),
      );
      const found = await catalog.materializations();
      expect(found.map((it) => [it.asset, it.partition, it.version])).toEqual([
        ['mart_songs', null, 'cd'],
        ['stg_plays', H10, '5'],
        ['stg_plays', H11, '7'],
      ]);
      expect(await catalog.materializations('mart_songs')).toEqual(found.slice(0, 1));
      expect(await catalog.materializations('nothing')).toEqual([]);
    });

    it('keeps the time at which a version was first written by a run', async () => {
      const catalog = await openOne(materialized({ at: 1000 }), materialized({ at: 2000, rows: 99 }));
      expect(await catalog.materializations()).toEqual([materialization]);
    });

    it('gives the newest outcome of each check, also when one run checks again', async () => {
      const catalog = await openOne(
        checked({ status: 'fail', at: 2000 }),
        checked({ status: 'pass', at: 3000 }),
        checked({ status: 'warn', at: 2500, run: 'run/0' }),
        checked({ check: 'drift', status: 'warn' }),
      );
      expect((await catalog.checks()).map((it) => [it.check, it.status, it.at])).toEqual([
        ['drift', 'warn', 1000],
        ['freshness', 'pass', 3000],
      ]);
    });

    it('gives the newest ledger entry of each hour', async () => {
      const catalog = await openOne(
        balanced({ hour: H11 }),
        balanced({ difference: 3, run: 'run/2', at: 2000 }),
        balanced({ at: 1500, run: 'run/3' }),
      );
      expect((await catalog.ledger()).map((it) => [it.hour, it.difference, it.run])).toEqual([
        [H10, 3, 'run/2'],
        [H11, 0, 'run/1'],
      ]);
    });

    it('gives the newest runs first, and no more than asked for', async () => {
      const catalog = await openOne(
        ran({ id: 'a' }),
        ran({ id: 'b', startedAt: 3000 }),
        ran({ id: 'c' }),
        ran({ id: 'a', steps: 9 }),
      );
      expect((await catalog.runs(10)).map(({ id }) => id)).toEqual(['b', 'c', 'a']);
      expect((await catalog.runs(2)).map(({ id }) => id)).toEqual(['b', 'c']);
      expect((await catalog.runs(10))[2]?.steps).toBe(9);
    });

    it('takes a run forward only', async () => {
      const ended: RunRecord = { ...run, status: 'failed', endedAt: 2000, failed: 1, summary: 'one failed' };
      const catalog = await openOne(
        ran({}),
        ran({ failed: 1 }),
        { fact: 'run', value: ended },
        ran({}),
        ran({ steps: 99, failed: 9 }),
      );
      expect(await catalog.runs(1)).toEqual([ended]);
    });

    it('passes over positions smaller than the known one, hour by hour and topic by topic', async () => {
      const catalog = await openOne(
        landedHour({ position: 7, rows: 70 }),
        landedHour({ position: 6, rows: 60 }),
        landedHour({ hour: H11, position: 2 }),
        folded('plays', 7),
        folded('plays', 6),
        folded('logins', 0),
      );
      expect((await catalog.landedHours('plays')).map((it) => [it.hour, it.position, it.rows])).toEqual([
        [H10, 7, 70],
        [H11, 2, 9],
      ]);
      expect([await catalog.folded('plays'), await catalog.folded('logins')]).toEqual([7, 0]);
    });

    it('takes all facts of a call or none', async () => {
      const catalog = await openOne(folded('plays', 1));
      const before = await readAll(catalog);
      await expect(catalog.record([materialized({}), folded('plays', 9), BROKEN])).rejects.toMatchObject({ code: 'BAD_REQUEST' });
      expect(await readAll(catalog)).toEqual(before);
      await catalog.record([folded('plays', 9)]);
      expect(await catalog.folded('plays')).toBe(9);
    });

    it('is not changed by a fact it has been told before', async () => {
      const facts = fc.array(anyFact, { minLength: 1, maxLength: 12 });
      await fc.assert(
        fc.asyncProperty(facts, fc.infiniteStream(fc.nat()), async (told, picks) => {
          const catalog = await openOne();
          await catalog.record(told);
          const before = await readAll(catalog);
          const again = told.map((fact) => told[(picks.next().value ?? 0) % told.length] ?? fact);
          await catalog.record(again);
          expect(await readAll(catalog)).toEqual(before);
        }),
        { numRuns: 60 },
      );
    });

    it('knows the same in whatever order and in whatever calls positions come', async () => {
      const facts = fc.array(positioned, { minLength: 1, maxLength: 10 });
      const shuffled = facts.chain((told) => fc.tuple(fc.constant(told), fc.shuffledSubarray(told, { minLength: told.length })));
      await fc.assert(
        fc.asyncProperty(shuffled, async ([told, other]) => {
          const together = await openOne();
          await together.record(told);
          const apart = await openOne(...other);
          expect(await readAll(apart)).toEqual(await readAll(together));
        }),
        { numRuns: 40 },
      );
    });
  });
}
