import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { BuildResult } from '../../core/ports/transformer.ts';
import { finishAttempt, openAttempt } from './run-folder.ts';

const NOTHING: BuildResult = { models: [], tests: [] };
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'soundflow-runs-'));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

test('attempts of a run are numbered; one that did not end by itself is not gone on from', async () => {
  const first = await openAttempt(root, 'run');
  expect(first.earlier).toBeNull();
  const second = await openAttempt(root, 'run');
  expect(second.earlier).toBeNull();
  await finishAttempt(second.dir, NOTHING);
  await openAttempt(root, 'run');
  const fourth = await openAttempt(root, 'run');
  expect(fourth.earlier).toEqual({ dir: second.dir, result: NOTHING });
  expect([first, second, fourth].map(({ dir }) => basename(dir))).toEqual(['1', '2', '4']);
});

test('a tenth attempt comes after the ninth', async () => {
  for (let count = 0; count < 10; count += 1) await openAttempt(root, 'run');
  const next = await openAttempt(root, 'run');
  expect(basename(next.dir)).toBe('11');
});

test('a name with slashes stays one folder', async () => {
  await openAttempt(root, 'backfill/../x');
  expect(readdirSync(join(root, 'runs'))).toEqual(['backfill%2F..%2Fx']);
});

test('the newest 20 runs are kept, the current one among them', async () => {
  for (let day = 1; day <= 22; day += 1) {
    await openAttempt(root, `run-${day}`);
    utimesSync(join(root, 'runs', `run-${day}`), day, day);
  }
  await openAttempt(root, 'run-1');
  const kept = readdirSync(join(root, 'runs'));
  expect(kept).toHaveLength(20);
  expect(kept).toContain('run-1');
  expect(kept).toContain('run-22');
  expect(kept).not.toContain('run-2');
});

test('the newest parse of any run is copied into a new attempt', async () => {
  const older = await openAttempt(root, 'older');
  writeFileSync(join(older.dir, 'partial_parse.msgpack'), 'old');
  const newer = await openAttempt(root, 'newer');
  writeFileSync(join(newer.dir, 'partial_parse.msgpack'), 'new');
  utimesSync(join(root, 'runs', 'older'), 1, 1);
  const next = await openAttempt(root, 'next');
  expect(readFileSync(join(next.dir, 'partial_parse.msgpack'), 'utf8')).toBe('new');
});

test('without any parse there is none', async () => {
  const { dir } = await openAttempt(root, 'first');
  expect(existsSync(join(dir, 'partial_parse.msgpack'))).toBe(false);
});
