import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { describeCommitLog } from '../contract/commit-log.ts';
import { testDeltaPython } from '../contract/engines.ts';
import { createFileStore } from '../files/object-store.ts';
import { createDeltaCommitLog } from './commit-log.ts';
import { describeReader } from './test-reader.ts';
import { writeTestTable } from './test-table.ts';

const run = promisify(execFile);
const roots: string[] = [];

async function newRoot(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'soundflow-delta-'));
  roots.push(root);
  return root;
}

afterAll(() => Promise.all(roots.map((root) => rm(root, { recursive: true, force: true }))));

describeCommitLog('delta log in files', async () => createDeltaCommitLog(createFileStore(await newRoot())));

describeReader('delta-rs', () => ({ python: testDeltaPython() }));
describeReader('duckdb', () => ({ python: testDeltaPython() }));

const Description = z.object({
  fields: z.array(z.tuple([z.string(), z.string(), z.boolean()])),
  files: z.array(z.record(z.string(), z.unknown())),
  progress: z.record(z.string(), z.number().nullable()),
  history: z.array(z.string()),
});

describe('delta-rs', () => {
  let root = '';
  const describeTable = async (version: number): Promise<z.infer<typeof Description>> => {
    const { stdout } = await run(testDeltaPython(), [join(__dirname, 'describe-table.py'), join(root, 'plays'), String(version)]);
    return Description.parse(JSON.parse(stdout));
  };

  beforeAll(async () => {
    root = await writeTestTable();
    roots.push(root);
  });

  it('reads every type, and the story', async () => {
    const table = await describeTable(11);
    expect(table.fields).toEqual([
      ['song', 'string', true],
      ['plays', 'long', true],
      ['seconds', 'double', true],
      ['paid', 'boolean', true],
      ['ts', 'timestamp', true],
      ['mood', 'string', true],
      ['_epoch', 'long', true],
      ['_kafka_partition', 'long', true],
      ['_offset', 'long', true],
      ['_kafka_time', 'timestamp', true],
      ['_landed_hour', 'timestamp', true],
    ]);
    expect(table.history.slice(0, 6)).toEqual(['WRITE', 'WRITE', 'WRITE', 'WRITE', 'OPTIMIZE', 'WRITE']);
    expect(table.history.at(-1)).toBe('CREATE TABLE');
  });

  it.each([
    [0, { '0': 0, '0/1': null, '1': 0, '2': null }],
    [8, { '0': 12, '0/1': null, '1': 0, '2': null }],
    [11, { '0': 12, '0/1': 2, '1': 0, '2': null }],
  ])('knows at position %i how far each epoch of a partition was read', async (version, progress) => {
    expect((await describeTable(version)).progress).toEqual(progress);
  });

  it('takes the statistics of a file from the log, also through a checkpoint', async () => {
    for (const version of [5, 8]) {
      const [file] = (await describeTable(version)).files.filter(({ path }) => /\/[ar](=|%3D)/.test(String(path)));
      expect(file).toMatchObject({
        num_records: version === 5 ? 4 : 6,
        'min._offset': 0,
        'max._offset': version === 5 ? 3 : 5,
        'null_count._offset': 0,
        'min.ts': '2026-11-19 23:59:59.999000+00:00',
      });
    }
  });
});
