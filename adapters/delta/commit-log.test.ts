import fc from 'fast-check';
import { SoundFlowError } from '../../core/errors.ts';
import { LINEAGE } from '../../core/columns.ts';
import type { Commit } from '../../core/landing/commit.ts';
import { anyCommit, commitOf, describeCommitLog } from '../contract/commit-log.ts';
import { createMemoryStore } from '../memory/object-store.ts';
import { createDeltaCommitLog } from './commit-log.ts';
import { readCommit } from './read-commit.ts';
import { writeCommit } from './write-commit.ts';

describeCommitLog('delta log', () => Promise.resolve(createDeltaCommitLog(createMemoryStore())));

const text = (commit: Commit): string => Buffer.from(writeCommit({ topic: 'plays', commit, columns: LINEAGE })).toString();

function turned<T>(record: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).reverse());
}

describe('writeCommit', () => {
  it('gives the same bytes for the same commit, whatever the order of its keys', () => {
    fc.assert(
      fc.property(anyCommit(7), (commit) => {
        const files = commit.files.map((file) => turned({ ...file, ranges: turned(file.ranges) }));
        const other = turned({ ...commit, files, counts: turned({ ...commit.counts }), after: turned(commit.after) });
        expect(text({ ...commit, ...other })).toBe(text(commit));
      }),
    );
  });

  it('opens the table at position 0 only', () => {
    const keys = (commit: Commit): readonly string[] =>
      text(commit)
        .trimEnd()
        .split('\n')
        .map((line) => /^\{"(\w+)"/.exec(line)?.[1] ?? line);
    expect(keys(commitOf({ position: 0, before: {}, after: { '0': 5, '1': 0 } }))).toEqual([
      'commitInfo',
      'protocol',
      'metaData',
      'txn',
      'txn',
    ]);
    expect(keys(commitOf({ position: 1, before: { '0': 5, '1': 0 }, after: { '0': 5, '1': 3 } }))).toEqual(['commitInfo', 'txn']);
    expect(keys(commitOf({ position: 2 }))).toEqual(['commitInfo']);
  });

  it('writes what was agreed, byte for byte', () => {
    const file = { path: '2026/11/20/00/1-0-ab.parquet', bytes: 9, rows: 2, ranges: { _offset: { min: 0, max: 1 } } };
    const counts = { consumed: 2, redeemed: 0, rows: 2, deadLetters: 0, lost: 0, empty: 0 };
    expect(text(commitOf({ position: 1, kind: 'batch', after: { '0': 2 }, files: [file], removed: ['a=b.parquet'], counts })))
      .toMatchInlineSnapshot(`
     "{"commitInfo":{"timestamp":1795136400123,"operation":"WRITE","operationParameters":{"mode":"Append"},"engineInfo":"SoundFlow","soundflow":{"format":1,"position":1,"kind":"batch","hour":"2026-11-20T01","before":{"0":0},"after":{"0":2},"deadLetters":[],"counts":{"consumed":2,"redeemed":0,"rows":2,"deadLetters":0,"lost":0,"empty":0},"encoder":"test/1"}}}
     {"txn":{"appId":"soundflow/0","version":2,"lastUpdated":1795136400123}}
     {"remove":{"path":"a%3Db.parquet","deletionTimestamp":1795136400123,"dataChange":true}}
     {"add":{"path":"2026/11/20/00/1-0-ab.parquet","partitionValues":{},"size":9,"modificationTime":1795136400123,"dataChange":true,"stats":"{\\"numRecords\\":2,\\"minValues\\":{\\"_offset\\":0},\\"maxValues\\":{\\"_offset\\":1}}"}}
     "
    `);
  });
});

describe('readCommit', () => {
  const good = text(commitOf({ position: 3, files: [{ path: 'a.parquet', bytes: 1, rows: 1, ranges: {} }] }));
  const read = (content: string): Commit => readCommit('plays/_delta_log/3.json', 3, Buffer.from(content));

  it.each([
    ['nothing', '', /3\.json: it does not begin with commitInfo/],
    ['half a line', good.slice(0, -5), /not whole/],
    ['no JSON', 'x\n', /3\.json, line 1: /],
    ['an action of others', `${good}{"cdc":{}}\n`, /3\.json, line 3: no action that SoundFlow writes/],
    ['a commit of others', '{"commitInfo":{"timestamp":1,"operation":"OPTIMIZE"}}\n', /line 1: commitInfo\.soundflow/],
    ['a wrong number', good.replace('"size":1', '"size":-1'), /line 2: add\.size/],
    ['no commitInfo', good.split('\n').slice(1).join('\n'), /does not begin with commitInfo/],
    ['another position', good.replace('"position":3', '"position":4'), /says it is position 4/],
    [
      'an hour that is none',
      good.replace(/"hour":"[^"]*"/, '"hour":"2026-13-01T00"'),
      /line 1: commitInfo\.soundflow\.hour: not a UTC hour/,
    ],
  ])('refuses %s', (_, content, message) => {
    expect(() => read(content)).toThrow(message);
    expect(() => read(content)).toThrow(SoundFlowError);
  });
});
