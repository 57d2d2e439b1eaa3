import type { LandedFile } from './commit.ts';
import { problemsOfFile, type FoundFile } from './verify.ts';

const named: LandedFile = {
  path: '2026/11/20/00/1-0-ab.parquet',
  bytes: 900,
  rows: 20,
  digest: 'ab12',
  ranges: { _offset: { min: 0, max: 19 }, ts: { min: '2026-11-20T00:00:00.000000Z', max: '2026-11-20T01:00:00.000000Z' } },
};
const found: FoundFile = {
  bytes: 900,
  digest: 'ab12',
  facts: { rows: 20, ranges: { ...named.ranges, _epoch: { min: 0, max: 0 } } },
};

describe('problemsOfFile', () => {
  it('has nothing to say of a file that is as its commit says', () => {
    expect(problemsOfFile(named, found)).toEqual([]);
  });

  it.each<readonly [string, FoundFile | null, readonly RegExp[]]>([
    ['missing', null, [/it is missing$/]],
    ['cut', { bytes: 899, digest: 'ff', facts: null }, [/899 bytes, the log says 900$/, /digest ff/, /no whole Parquet/]],
    ['changed in place', { ...found, digest: 'ff' }, [/digest ff, the log says ab12$/]],
    ['short of a row', { ...found, facts: { rows: 19, ranges: named.ranges } }, [/19 rows, the log says 20$/]],
    [
      'of other offsets',
      { ...found, facts: { rows: 20, ranges: { ...named.ranges, _offset: { min: 1, max: 20 } } } },
      [/column _offset holds 1 to 20, the log says 0 to 19$/],
    ],
    [
      'without a column',
      { ...found, facts: { rows: 20, ranges: { _offset: { min: 0, max: 19 } } } },
      [/column ts has no values/],
    ],
  ])('names a file that is %s', (_, there, problems) => {
    const words = problemsOfFile(named, there);
    expect(words).toHaveLength(problems.length);
    problems.forEach((problem, index) => {
      expect(words[index]).toMatch(problem);
    });
    for (const word of words) expect(word.startsWith(`${named.path}: `)).toBe(true);
  });

  it('compares dead letters without ranges, and no digest where the log knows none', () => {
    const { path, bytes, rows } = named;
    expect(problemsOfFile({ path, bytes, rows, digest: '' }, { ...found, digest: 'ff' })).toEqual([]);
    expect(problemsOfFile({ path, bytes, rows: 1, digest: '' }, found)).toHaveLength(1);
  });
});
