import fc from 'fast-check';
import { addHours, folderOf, parseHour, type Hour } from '../hours.ts';
import type { Commit, DeadLetterFile, EpochRange, LandedFile } from './commit.ts';
import { NO_STANDING } from './rules.ts';
import { landingHourOfPath, tableOf } from './table.ts';

const H0 = parseHour('2026-11-20T00', 'test');
const H1 = addHours(H0, 1);
const NOTHING = { consumed: 0, redeemed: 0, rows: 0, deadLetters: 0, lost: 0, empty: 0 };

const rowsFile = (name: string, hour: Hour = H0): LandedFile => ({
  path: `${folderOf(hour)}/${name}.parquet`,
  bytes: 10,
  rows: 1,
  digest: name,
  ranges: {},
});
const letters = (name: string, hour: Hour = H0): DeadLetterFile => ({
  path: `_dead_letters/${folderOf(hour)}/${name}.parquet`,
  bytes: 5,
  rows: 1,
  digest: name,
});

/** Commits that follow each other; `parts` says what each does. */
function logOf(parts: readonly Partial<Commit>[]): readonly Commit[] {
  const log: Commit[] = [];
  for (const [position, part] of parts.entries()) {
    const before = log.at(-1);
    const isAmendment = ['loss', 'replace', 'compact', 'replay'].includes(part.kind ?? '');
    const amended = before?.standing.amendment ?? -1;
    const standing = { ...(part.standing ?? before?.standing ?? NO_STANDING), amendment: isAmendment ? position : amended };
    const frontier = before?.after ?? {};
    log.push({
      position,
      kind: position === 0 ? 'create' : 'batch',
      hour: before?.hour ?? H0,
      at: 0,
      before: frontier,
      after: frontier,
      amended,
      files: [],
      removed: [],
      deadLetters: [],
      counts: NOTHING,
      rewrites: null,
      losses: [],
      redeems: [],
      encoder: 'test',
      ...part,
      standing,
    });
  }
  return log;
}

const range = (from: number, to: number, epoch = 0): EpochRange => ({ epoch, partition: 0, from, to });

describe('tableOf', () => {
  const [a, b, c] = [rowsFile('a'), rowsFile('b'), rowsFile('c', H1)];
  const [merged, rebuilt, replayed] = [rowsFile('m'), rowsFile('r'), rowsFile('p', H1)];
  const story = logOf([
    { after: { '0': 0 } },
    { after: { '0': 4 }, files: [a], deadLetters: [letters('x')] },
    { after: { '0': 6 }, files: [b], deadLetters: [letters('y')] },
    { kind: 'loss', hour: H1, after: { '0': 9 }, losses: [{ ...range(6, 9), reason: 'retention' }] },
    { after: { '0': 10 }, files: [c], deadLetters: [letters('z', H1)] },
    { kind: 'compact', rewrites: H0, files: [merged], removed: [a.path, b.path] },
    { kind: 'replace', rewrites: H0, files: [rebuilt], removed: [merged.path], deadLetters: [letters('x2')] },
    { kind: 'replay', files: [replayed], redeems: [range(5, 6)] },
    {
      kind: 'loss',
      after: { '0': 2 },
      losses: [{ ...range(2, 10), reason: 'rewound' }],
      standing: { ...NO_STANDING, epochs: { '0': 1 } },
    },
    { after: { '0': 3 } },
    { kind: 'replace', rewrites: H0, files: [], removed: [rebuilt.path] },
  ]);
  const paths = (files: Iterable<{ readonly path: string }>) => [...files].map(({ path }) => path.slice(-9, -8));

  it.each<readonly [position: number, files: string, letters: readonly [string, string]]>([
    [-1, '', ['', '']],
    [1, 'a', ['x', '']],
    [2, 'ab', ['xy', '']],
    [4, 'abc', ['xy', 'z']],
    [5, 'cm', ['xy', 'z']],
    [6, 'cr', ['2', 'z']],
    [7, 'crp', ['2', 'z']],
    [10, 'cp', ['', 'z']],
  ])('knows at position %i what readers see, and the dead letters of each hour', async (position, files, [first, second]) => {
    const table = await tableOf(story.slice(0, position + 1));
    expect(table.position).toBe(position);
    expect(paths(table.files.values()).join('')).toBe(files);
    expect(paths(table.deadLetters.get(H0) ?? []).join('')).toBe(first);
    expect(paths(table.deadLetters.get(H1) ?? []).join('')).toBe(second);
    expect(table.problems).toEqual([]);
  });

  it('knows every file that was ever named, what was read and redeemed by hour, and what was lost', async () => {
    const table = await tableOf(story);
    expect(paths(table.named.values()).sort().join('')).toBe('2abcmprxyz');
    expect(table.named.get(a.path)).toEqual(a);
    expect([...table.consumed]).toEqual([
      [H0, [range(0, 6)]],
      [H1, [range(9, 10), range(2, 3, 1)]],
    ]);
    expect([...table.redeemed]).toEqual([[H1, [range(5, 6)]]]);
    expect(table.losses.map(({ reason }) => reason)).toEqual(['retention', 'rewound']);
  });

  it.each<readonly [string, readonly Partial<Commit>[], RegExp]>([
    ['a file is named again', [{}, { files: [a] }, { files: [a] }], /^commit 2: it names .*a\.parquet once more$/],
    ['a file is removed that is not there', [{}, { kind: 'compact', removed: [b.path] }], /^commit 1: it removes .*b\.parquet/],
    ['a file is removed twice', [{}, { files: [a], removed: [] }, { removed: [a.path] }, { removed: [a.path] }], /^commit 3: /],
    ['a commit is missing', [{ position: 1 }], /^commit 1: position 1 does not follow -1$/],
    ['frontiers do not join up', [{ after: { '0': 3 } }, { before: { '0': 4 }, after: { '0': 4 } }], /^commit 1: its frontier/],
    ['counts do not balance', [{}, { counts: { ...NOTHING, rows: 1 } }], /^commit 1: its counts/],
  ])('says so when %s', async (_, parts, problem) => {
    const { problems } = await tableOf(logOf(parts));
    expect(problems).toEqual([expect.stringMatching(problem)]);
  });

  it('reads commits as they come', async () => {
    async function* later(): AsyncIterable<Commit> {
      for (const commit of story) yield await Promise.resolve(commit);
    }
    expect(await tableOf(later())).toEqual(await tableOf(story));
  });

  it('agrees with the rows that a naive reader counts, for any sequence of changes', async () => {
    const Change = fc.record({
      adds: fc.nat(3),
      removes: fc.array(fc.nat(20), { maxLength: 3 }),
      read: fc.nat(9),
      opens: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(Change, { maxLength: 12 }), async (changes) => {
        const [live, offsets] = [new Set<string>(), new Set<string>()];
        let [at, epoch] = [0, 0];
        const parts = changes.map(({ adds, removes, read, opens }, index): Partial<Commit> => {
          if (opens && at > 0) {
            [at, epoch] = [Math.floor(at / 2), epoch + 1];
            return { kind: 'loss', after: { '0': at }, standing: { ...NO_STANDING, epochs: { '0': epoch } } };
          }
          const removed = [...new Set(removes.map((it) => [...live][it]).filter((path) => path !== undefined))];
          const files = Array.from({ length: adds }, (_, file) => rowsFile(`${String(index)}-${String(file)}`));
          removed.forEach((path) => live.delete(path));
          files.forEach(({ path }) => live.add(path));
          for (let offset = at; offset < at + read; offset += 1) offsets.add(`${String(epoch)}/${String(offset)}`);
          at += read;
          return { files, removed, after: { '0': at } };
        });
        const table = await tableOf(logOf([{ after: { '0': 0 } }, ...parts]));
        expect(new Set(table.files.keys())).toEqual(live);
        expect(table.problems).toEqual([]);
        const counted = [...table.consumed.values()]
          .flat()
          .flatMap(({ epoch: of, from, to }) => Array.from({ length: to - from }, (_, i) => `${String(of)}/${String(from + i)}`));
        expect(new Set(counted)).toEqual(offsets);
        expect(counted).toHaveLength(offsets.size);
      }),
    );
  });
});

describe('landingHourOfPath', () => {
  it('finds the hour whose folder a file lies in', () => {
    fc.assert(
      fc.property(fc.nat({ max: 1_000_000 }), fc.constantFrom('', '_dead_letters/'), (hours, area) => {
        const hour = addHours(H0, hours);
        expect(landingHourOfPath(`${area}${folderOf(hour)}/7-0-1f3a.parquet`)).toBe(hour);
      }),
    );
  });

  it.each(['', 'a.parquet', '2026/11/20/a.parquet', '2026/13/20/00/a', '2026/11/20/24/a', '2026/11/20/00/', 'x/2026/11/20/00/a'])(
    'finds none in %j',
    (path) => {
      expect(landingHourOfPath(path)).toBeNull();
    },
  );
});
