import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Contract } from '../../core/assets.ts';
import { folderOf, parseHour } from '../../core/hours.ts';
import type { LandedFile } from '../../core/landing/commit.ts';
import type { CommitLog } from '../../core/ports/commit-log.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { createArrowEncoder } from '../arrow/encoder.ts';
import { commitOf, describeCommitLog } from '../contract/commit-log.ts';
import { testDeltaPython } from '../contract/engines.ts';
import { createFileStore } from '../files/object-store.ts';
import { createDeltaCommitLog } from './commit-log.ts';

const run = promisify(execFile);
const roots: string[] = [];

async function newRoot(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'soundflow-delta-'));
  roots.push(root);
  return root;
}

afterAll(() => Promise.all(roots.map((root) => rm(root, { recursive: true, force: true }))));

describeCommitLog('delta log in files', async () => createDeltaCommitLog(createFileStore(await newRoot())));

const contract: Contract = {
  columns: [
    { name: 'song', type: 'string', required: true, description: 'Title.' },
    { name: 'plays', type: 'int64', required: false, description: 'Plays.' },
    { name: 'seconds', type: 'float64', required: false, description: 'Length.' },
    { name: 'paid', type: 'boolean', required: false, description: 'Paid for.' },
    { name: 'ts', type: 'timestamp', required: true, description: 'When.' },
  ],
  decode: (value) => ({ ok: true, row: JSON.parse(Buffer.from(value ?? []).toString()) }),
};
const encoder = createArrowEncoder(new Map([['plays', contract]]));
const HOUR = parseHour('2026-11-20T00', 'test');
const TS = Date.parse('2026-11-19T23:59:59.999Z');

/** Puts a data file of offsets `[from, to)` of partition 0, its songs named after `label`. */
async function land(store: ObjectStore, label: string, [from, to]: readonly [number, number]): Promise<LandedFile> {
  const records = Array.from({ length: to - from }, (_, index) => {
    const offset = from + index;
    const row = {
      song: `${label} ${String(offset)}`,
      plays: offset % 2 === 0 ? offset : null,
      seconds: 0.5,
      paid: true,
      ts: TS + offset,
    };
    return { partition: 0, offset, timestamp: TS, value: Buffer.from(JSON.stringify(row)) };
  });
  const { rows } = await encoder.encode({ topic: 'plays', epoch: 0, landedHour: HOUR, records });
  if (rows === null) throw new Error('no rows');
  const path = `${folderOf(HOUR)}/${label}=${rows.digest.slice(0, 8)}.parquet`;
  await store.putIfAbsent(`plays/${path}`, rows.content);
  return { path, bytes: rows.content.length, rows: rows.rows, ranges: rows.ranges };
}

const Read = z.object({
  id: z.string(),
  version: z.number(),
  fields: z.array(z.tuple([z.string(), z.string(), z.boolean()])),
  rows: z.array(z.record(z.string(), z.unknown())),
  files: z.array(z.record(z.string(), z.unknown())),
  progress: z.record(z.string(), z.number().nullable()),
  history: z.array(z.string()),
});

async function readBack(root: string, version: number): Promise<z.infer<typeof Read>> {
  const script = join(__dirname, 'read-table.py');
  const { stdout } = await run(testDeltaPython(), [script, join(root, 'plays'), String(version)]);
  return Read.parse(JSON.parse(stdout));
}

async function writeTable(store: ObjectStore, log: CommitLog): Promise<void> {
  const [a, b, c] = [await land(store, 'a', [0, 4]), await land(store, 'b', [4, 6]), await land(store, 'c', [0, 6])];
  const at = (offset: number) => ({ '0': offset, '1': 0 });
  const commits = [
    commitOf({ position: 0, before: {}, after: at(0) }),
    commitOf({ position: 1, kind: 'batch', before: at(0), after: at(4), files: [a] }),
    commitOf({ position: 2, kind: 'hour', before: at(4), after: at(4) }),
    commitOf({ position: 3, kind: 'batch', before: at(4), after: at(6), files: [b] }),
    commitOf({ position: 4, kind: 'replace', before: at(6), after: at(6), files: [c], removed: [a.path, b.path] }),
  ];
  for (const commit of commits) await log.append('plays', commit, contract.columns);
}

describe('delta-rs', () => {
  let root = '';

  beforeAll(async () => {
    root = await newRoot();
    const store = createFileStore(root);
    await writeTable(store, createDeltaCommitLog(store));
  });

  it.each([
    [0, []],
    [1, ['a 0', 'a 1', 'a 2', 'a 3']],
    [2, ['a 0', 'a 1', 'a 2', 'a 3']],
    [3, ['a 0', 'a 1', 'a 2', 'a 3', 'b 4', 'b 5']],
    [4, ['c 0', 'c 1', 'c 2', 'c 3', 'c 4', 'c 5']],
  ])('finds at position %i the rows that its commits name', async (version, songs) => {
    const table = await readBack(root, version);
    expect(table.version).toBe(version);
    expect(table.rows.map(({ song }) => song)).toEqual(songs);
    expect(table.progress).toEqual({ '0': [0, 4, 4, 6, 6][version], '1': 0, '2': null });
  });

  it('reads every type, the lineage and the story', async () => {
    const table = await readBack(root, 1);
    expect(table.fields).toEqual([
      ['song', 'string', true],
      ['plays', 'long', true],
      ['seconds', 'double', true],
      ['paid', 'boolean', true],
      ['ts', 'timestamp', true],
      ['_epoch', 'long', true],
      ['_partition', 'long', true],
      ['_offset', 'long', true],
      ['_kafka_time', 'timestamp', true],
      ['_landed_hour', 'timestamp', true],
    ]);
    expect(table.rows[1]).toEqual({
      song: 'a 1',
      plays: null,
      seconds: 0.5,
      paid: true,
      ts: '2026-11-20 00:00:00+00:00',
      _epoch: 0,
      _partition: 0,
      _offset: 1,
      _kafka_time: '2026-11-19 23:59:59.999000+00:00',
      _landed_hour: '2026-11-20 00:00:00+00:00',
    });
    expect(table.history).toEqual(['WRITE', 'WRITE', 'WRITE', 'WRITE', 'CREATE TABLE']);
  });

  it('takes the statistics of a file from the log', async () => {
    const [file, ...others] = (await readBack(root, 4)).files;
    expect(others).toEqual([]);
    expect(file).toMatchObject({
      num_records: 6,
      'min._offset': 0,
      'max._offset': 5,
      'min.ts': '2026-11-19 23:59:59.999000+00:00',
      'max.ts': '2026-11-20 00:00:00.004000+00:00',
    });
  });
});
