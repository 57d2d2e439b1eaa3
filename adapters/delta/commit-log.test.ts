import fc from 'fast-check';
import { SoundFlowError } from '../../core/errors.ts';
import { LINEAGE, type Column } from '../../core/columns.ts';
import type { Commit } from '../../core/landing/commit.ts';
import { NO_STANDING } from '../../core/landing/rules.ts';
import { anyCommit, commitOf, describeCommitLog } from '../contract/commit-log.ts';
import { createMemoryStore } from '../memory/object-store.ts';
import { createDeltaCommitLog } from './commit-log.ts';
import { readCommit } from './read-commit.ts';
import { writeCommit } from './write-commit.ts';

describeCommitLog('delta log', () => Promise.resolve(createDeltaCommitLog(createMemoryStore())));

const text = (commit: Commit, columns: readonly Column[] | null = commit.position === 0 ? LINEAGE : null): string =>
  Buffer.from(writeCommit({ topic: 'plays', commit, columns })).toString();

function turned<T>(record: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).reverse());
}

describe('writeCommit', () => {
  it('gives the same bytes for the same commit, whatever the order of its keys', () => {
    fc.assert(
      fc.property(anyCommit(7), (commit) => {
        const files = commit.files.map((file) => turned({ ...file, ranges: turned(file.ranges) }));
        const marks = turned(commit.standing.marks);
        const standing = turned({ ...commit.standing, epochs: turned(commit.standing.epochs), marks });
        const counts = turned({ ...commit.counts });
        const other = turned({
          ...commit,
          files,
          counts,
          standing,
          after: turned(commit.after),
          losses: commit.losses.map((it) => turned({ ...it })),
        });
        expect(text({ ...commit, ...other })).toBe(text(commit));
      }),
    );
  });

  const actions = (content: string): readonly string[] =>
    content
      .trimEnd()
      .split('\n')
      .map((line) => /^\{"(\w+)"/.exec(line)?.[1] ?? line);

  it('opens the table at position 0, and gives it another schema where there are columns', () => {
    const moved = { before: { '0': 5, '1': 0 }, after: { '0': 5, '1': 3 } };
    const opening = text(commitOf({ position: 0, before: {}, after: { '0': 5, '1': 0 } }));
    expect(actions(opening)).toEqual(['commitInfo', 'protocol', 'metaData', 'txn', 'txn']);
    expect(actions(text(commitOf({ position: 1, ...moved })))).toEqual(['commitInfo', 'txn']);
    expect(actions(text(commitOf({ position: 1, ...moved }), LINEAGE))).toEqual(['commitInfo', 'metaData', 'txn']);
    expect(actions(text(commitOf({ position: 2 })))).toEqual(['commitInfo']);
  });

  it('counts the progress of each epoch of a partition by itself', () => {
    const standing = { ...NO_STANDING, epochs: { '1': 2 } };
    const content = text(commitOf({ position: 1, before: { '0': 1, '1': 9 }, after: { '0': 2, '1': 0 }, standing }));
    expect(content).toContain('{"txn":{"appId":"soundflow/0","version":2,');
    expect(content).toContain('{"txn":{"appId":"soundflow/1/2","version":0,');
  });

  it('says of joined files only that no row changed', () => {
    const file = { path: 'm.parquet', bytes: 9, rows: 2, digest: 'ab', ranges: {} };
    const content = text(commitOf({ position: 3, kind: 'compact', files: [file], removed: ['a.parquet'] }));
    expect(content).toContain('"operation":"OPTIMIZE"');
    expect(content.match(/"dataChange":(true|false)/g)).toEqual(['"dataChange":false', '"dataChange":false']);
  });

  it('writes what was agreed, byte for byte', () => {
    const ranges = { _offset: { min: 0, max: 1 } };
    const file = { path: '2026/11/20/00/1-0-ab.parquet', bytes: 9, rows: 2, digest: 'abcd', ranges };
    const counts = { consumed: 2, redeemed: 0, rows: 2, deadLetters: 0, lost: 0, empty: 0 };
    const standing = { ...NO_STANDING, marks: { '0': { offset: 1, crc: 7 } }, topicId: 'id', recordBytes: 480, schema: 'ff' };
    const commit = { kind: 'batch', after: { '0': 2 }, files: [file], removed: ['a=b.parquet'], counts, standing } as const;
    expect(text(commitOf({ position: 1, ...commit }))).toMatchInlineSnapshot(`
     "{"commitInfo":{"timestamp":1795136400123,"operation":"WRITE","operationParameters":{"mode":"Append"},"engineInfo":"SoundFlow","soundflow":{"format":2,"position":1,"kind":"batch","hour":"2026-11-20T01","before":{"0":0},"after":{"0":2},"standing":{"epochs":{},"marks":{"0":{"offset":1,"crc":7}},"topicId":"id","amendment":-1,"recordBytes":480,"schema":"ff"},"amended":-1,"rewrites":null,"losses":[],"redeems":[],"deadLetters":[],"counts":{"consumed":2,"redeemed":0,"rows":2,"deadLetters":0,"lost":0,"empty":0},"encoder":"test/1"}}}
     {"txn":{"appId":"soundflow/0","version":2,"lastUpdated":1795136400123}}
     {"remove":{"path":"a%3Db.parquet","deletionTimestamp":1795136400123,"dataChange":true,"extendedFileMetadata":false,"partitionValues":{}}}
     {"add":{"path":"2026/11/20/00/1-0-ab.parquet","partitionValues":{},"size":9,"modificationTime":1795136400123,"dataChange":true,"stats":"{\\"numRecords\\":2,\\"minValues\\":{\\"_offset\\":0},\\"maxValues\\":{\\"_offset\\":1},\\"nullCount\\":{\\"_epoch\\":0,\\"_kafka_partition\\":0,\\"_offset\\":0,\\"_kafka_time\\":0,\\"_landed_hour\\":0}}","tags":{"sha256":"abcd"}}}
     "
    `);
  });
});

describe('readCommit', () => {
  const good = text(commitOf({ position: 3, files: [{ path: 'a.parquet', bytes: 1, rows: 1, digest: '', ranges: {} }] }));
  const read = (content: string): Commit => readCommit('plays/_delta_log/3.json', 3, Buffer.from(content));

  it.each([
    ['nothing', '', /3\.json: it does not begin with commitInfo/],
    ['half a line', good.slice(0, -5), /not whole/],
    ['no JSON', 'x\n', /3\.json, line 1: /],
    ['an action of others', `${good}{"cdc":{}}\n`, /3\.json, line 3: no action that SoundFlow writes/],
    ['a commit of others', '{"commitInfo":{"timestamp":1,"operation":"OPTIMIZE"}}\n', /line 1: commitInfo\.soundflow/],
    ['a wrong number', good.replace('"size":1', '"size":-1'), /line 2: add\.size/],
    ['no commitInfo', good.split('\n').slice(1).join('\n'), /does not begin with commitInfo/],
    ['a format of the future', good.replace('"format":2', '"format":3'), /line 1: commitInfo\.soundflow\.format: /],
    ['a commit without its standing', good.replace('"standing":', '"sitting":'), /line 1: commitInfo\.soundflow\.standing: /],
    ['a partition that is no number', good.replace('"before":{"0"', '"before":{"x"'), /line 1: commitInfo\.soundflow\.before\.x/],
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

  it('reads a commit of the first format, which knew neither epochs nor amendments nor digests', () => {
    const first = [
      '{"commitInfo":{"timestamp":1795136400123,"operation":"WRITE","operationParameters":{"mode":"Append"},"engineInfo":"SoundFlow","soundflow":{"format":1,"position":3,"kind":"batch","hour":"2026-11-20T03","before":{"0":0},"after":{"0":3},"deadLetters":[{"path":"_dead_letters/2026/11/20/03/d.parquet","bytes":5,"rows":1}],"counts":{"consumed":3,"redeemed":0,"rows":2,"deadLetters":1,"lost":0,"empty":0},"encoder":"test/1"}}}',
      '{"txn":{"appId":"soundflow/0","version":3,"lastUpdated":1795136400123}}',
      '{"add":{"path":"a.parquet","partitionValues":{},"size":9,"modificationTime":1795136400123,"dataChange":true,"stats":"{\\"numRecords\\":2,\\"minValues\\":{},\\"maxValues\\":{}}"}}',
    ];
    const at = 1_795_136_400_123;
    const counts = { consumed: 3, redeemed: 0, rows: 2, deadLetters: 1, lost: 0, empty: 0 };
    const deadLetters = [{ path: '_dead_letters/2026/11/20/03/d.parquet', bytes: 5, rows: 1, digest: '' }];
    const files = [{ path: 'a.parquet', bytes: 9, rows: 2, digest: '', ranges: {} }];
    expect(read(`${first.join('\n')}\n`)).toEqual(
      commitOf({ position: 3, kind: 'batch', at, after: { '0': 3 }, deadLetters, files, counts }),
    );
  });
});
