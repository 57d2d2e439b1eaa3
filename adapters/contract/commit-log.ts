import fc from 'fast-check';
import { LINEAGE, type Column } from '../../core/columns.ts';
import { addHours, parseHour, type Hour } from '../../core/hours.ts';
import type { Commit } from '../../core/landing/commit.ts';
import { NO_STANDING } from '../../core/landing/rules.ts';
import type { CommitLog } from '../../core/ports/commit-log.ts';

const COLUMNS: readonly Column[] = [
  { name: 'song', type: 'string', required: true, description: 'Title.' },
  { name: 'ts', type: 'timestamp', required: false, description: 'When.' },
  ...LINEAGE,
];
const START = parseHour('2026-11-20T00', 'test');

/** An `hour` commit that lands nothing, with what `given` changes. */
export function commitOf(given: Partial<Commit> & { readonly position: number }): Commit {
  return {
    kind: given.position === 0 ? 'create' : 'hour',
    hour: addHours(START, given.position),
    at: Date.parse('2026-11-20T00:00:00.123Z') + given.position * 3_600_000,
    before: { '0': 0 },
    after: { '0': 0 },
    standing: NO_STANDING,
    amended: -1,
    files: [],
    removed: [],
    deadLetters: [],
    counts: { consumed: 0, redeemed: 0, rows: 0, deadLetters: 0, lost: 0, empty: 0 },
    rewrites: null,
    losses: [],
    redeems: [],
    encoder: 'test/1',
    ...given,
  };
}

const count = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const partitions = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> =>
  fc.dictionary(fc.nat({ max: 2_000 }).map(String), of, { maxKeys: 5 });
const hour = fc.nat({ max: 100_000 }).map((hours): Hour => addHours(START, hours));
const position = fc.nat({ max: 2_000_000 }).map((at) => at - 1);
const bound = fc.oneof(fc.maxSafeInteger(), fc.string());
const ranges = fc.dictionary(fc.stringMatching(/^[a-z_]{1,8}$/), fc.record({ min: bound, max: bound }), { maxKeys: 4 });
const path = fc.stringMatching(/^[a-z0-9=]{1,6}(\/[a-z0-9._=-]{1,6}){0,2}\.parquet$/);
const digest = fc.stringMatching(/^[0-9a-f]{64}$/);
const epochRange = { partition: count, from: count, to: count, epoch: count };

const standing = fc.record({
  epochs: partitions(count),
  marks: partitions(fc.record({ offset: count, crc: fc.nat({ max: 0xffff_ffff }) })),
  topicId: fc.option(fc.string()),
  amendment: position,
  recordBytes: count,
  schema: fc.string(),
});

/** Any commit at `at`. */
export function anyCommit(at: number): fc.Arbitrary<Commit> {
  return fc.record({
    position: fc.constant(at),
    kind: fc.constantFrom('create', 'batch', 'hour', 'loss', 'replace', 'compact', 'replay'),
    hour,
    at: fc.nat({ max: 4_102_444_800_000 }),
    before: partitions(count),
    after: partitions(count),
    standing,
    amended: position,
    files: fc.array(fc.record({ path, bytes: count, rows: count, digest, ranges }), { maxLength: 4 }),
    removed: fc.array(path, { maxLength: 3 }),
    deadLetters: fc.array(fc.record({ path, bytes: count, rows: count, digest }), { maxLength: 3 }),
    counts: fc.record({ consumed: count, redeemed: count, rows: count, deadLetters: count, lost: count, empty: count }),
    rewrites: fc.option(hour),
    losses: fc.array(fc.record({ ...epochRange, reason: fc.constantFrom('retention', 'rewound', 'recreated') }), {
      maxLength: 3,
    }),
    redeems: fc.array(fc.record(epochRange), { maxLength: 3 }),
    encoder: fc.string(),
  });
}

async function collect(commits: AsyncIterable<Commit>): Promise<readonly number[]> {
  const positions: number[] = [];
  for await (const { position } of commits) positions.push(position);
  return positions;
}

/** What every commit log must do; `open` gives an empty one. */
export function describeCommitLog(name: string, open: () => Promise<CommitLog>): void {
  describe(`${name} as CommitLog`, () => {
    it('reads back any commit as it was appended', async () => {
      const log = await open();
      let topic = 0;
      await fc.assert(
        fc.asyncProperty(fc.nat({ max: 2_000_000 }).chain(anyCommit), async (commit) => {
          topic += 1;
          expect(await log.append(`topic${String(topic)}`, commit, COLUMNS)).toBe('written');
          expect(await log.read(`topic${String(topic)}`, commit.position)).toEqual(commit);
        }),
        { numRuns: 50 },
      );
    });

    it('keeps the first commit of a position', async () => {
      const log = await open();
      const first = commitOf({ position: 0, encoder: 'first' });
      expect(await log.append('plays', first, COLUMNS)).toBe('written');
      expect(await log.append('plays', first, COLUMNS)).toBe('exists');
      expect(await log.append('plays', { ...first, encoder: 'second' }, COLUMNS)).toBe('exists');
      expect(await log.read('plays', 0)).toEqual(first);
    });

    it('has nothing at first', async () => {
      const log = await open();
      expect(await log.read('plays', 0)).toBeNull();
      expect(await log.newest('plays', 0)).toBeNull();
    });

    it('reads a commit alike whether it gives the table another schema or keeps the one before', async () => {
      const log = await open();
      const [grown, kept] = [commitOf({ position: 1 }), commitOf({ position: 2 })];
      await log.append('plays', commitOf({ position: 0 }), COLUMNS);
      await log.append('plays', grown, [...COLUMNS, { name: 'added', type: 'int64', required: false, description: 'New.' }]);
      await log.append('plays', kept, null);
      expect([await log.read('plays', 1), await log.read('plays', 2)]).toEqual([grown, kept]);
    });

    it('opens no table without columns', async () => {
      const log = await open();
      await expect(log.append('plays', commitOf({ position: 0 }), null)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
      expect(await log.read('plays', 0)).toBeNull();
    });

    it('finds the newest from any position it holds', async () => {
      const log = await open();
      for (let position = 0; position < 23; position += 1) {
        await log.append('plays', commitOf({ position }), COLUMNS);
        for (const from of new Set([0, Math.floor(position / 2), Math.max(0, position - 1), position])) {
          expect((await log.newest('plays', from))?.position).toBe(position);
        }
        expect(await log.newest('plays', position + 1)).toBeNull();
      }
    });

    it('keeps topics apart', async () => {
      const log = await open();
      await log.append('plays', commitOf({ position: 0 }), COLUMNS);
      expect(await log.newest('play', 0)).toBeNull();
      expect(await log.newest('plays2', 0)).toBeNull();
    });

    it('gives a range in order and says which commit is missing', async () => {
      const log = await open();
      for (let position = 0; position < 40; position += 1) await log.append('plays', commitOf({ position }), COLUMNS);
      expect(await collect(log.range('plays', 3, 37))).toEqual(Array.from({ length: 35 }, (_, index) => index + 3));
      expect(await collect(log.range('plays', 5, 4))).toEqual([]);
      await expect(collect(log.range('plays', 38, 41))).rejects.toMatchObject({
        code: 'BAD_LOG',
        message: expect.stringContaining('00000000000000000040.json'),
      });
    });

    it('reads the same after a checkpoint, which may be asked for again', async () => {
      const log = await open();
      for (let position = 0; position < 7; position += 1)
        await log.append('plays', commitOf({ position }), position === 0 ? COLUMNS : null);
      for (const position of [3, 6, 3, 6]) await log.checkpoint('plays', position);
      expect((await log.newest('plays', 0))?.position).toBe(6);
      expect((await log.newest('plays', 4))?.position).toBe(6);
      expect(await log.newest('plays', 7)).toBeNull();
      expect(await collect(log.range('plays', 0, 6))).toEqual([0, 1, 2, 3, 4, 5, 6]);
      expect(await log.append('plays', commitOf({ position: 7 }), null)).toBe('written');
    });

    it('makes no checkpoint of a commit that is not there', async () => {
      const log = await open();
      await log.append('plays', commitOf({ position: 0 }), COLUMNS);
      await expect(log.checkpoint('plays', 1)).rejects.toMatchObject({ code: 'BAD_LOG' });
    });

    it('refuses a log whose beginning is gone', async () => {
      const log = await open();
      await log.append('plays', commitOf({ position: 4 }), COLUMNS);
      await expect(log.newest('plays', 0)).rejects.toMatchObject({ code: 'BAD_LOG' });
    });
  });
}
