import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { nobodyNames, type } from './command.ts';

jest.setTimeout(300_000);

const Counts = z.record(z.string(), z.number());
const Report = z.strictObject({
  produced: Counts,
  landed: Counts,
  deadLetters: Counts,
  loaded: Counts,
  difference: z.number(),
  marts: Counts,
  seconds: Counts,
});

const MARTS = ['mart_active_users', 'mart_location_analytics', 'mart_top_songs'];
let home = '';

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'soundflow-demo-'));
});

afterAll(async () => {
  await nobodyNames(home, 5_000);
  await rm(home, { recursive: true, force: true });
});

async function demo(events: number) {
  const env = { SOUNDFLOW_HOME: home, SOUNDFLOW_TOOLS: resolve('.soundflow/tools') };
  const command = type(['npm', 'run', '--silent', 'demo', '--', '--events', String(events), '--json'], env);
  expect(await command.ended).toBe(0);
  return Report.parse(JSON.parse(command.lines.findLast((line) => line.startsWith('{"produced"')) ?? ''));
}

async function martRows(): Promise<readonly string[]> {
  const env = { SOUNDFLOW_HOME: join(home, 'demo') };
  const shown = MARTS.map((mart) =>
    type(['npm', 'run', '--silent', 'soundflow', '--', 'marts', mart, '--limit', '100000', '--json'], env),
  );
  await Promise.all(shown.map(({ ended }) => ended));
  return shown.map(({ lines }) =>
    z
      .array(z.unknown())
      .parse(JSON.parse(lines.join('')))
      .map((row) => JSON.stringify(row))
      .sort()
      .join('\n'),
  );
}

describe('npm run demo', () => {
  it('accounts for 20,000 events down to zero, fills the marts, and leaves no process', async () => {
    const report = await demo(20_000);
    expect(report.difference).toBe(0);
    expect(Object.values(report.produced).reduce((sum, count) => sum + count, 0)).toBe(20_000);
    expect(report.landed).toEqual(report.produced);
    expect(report.loaded).toEqual(report.produced);
    expect(Object.keys(report.marts).sort()).toEqual(MARTS);
    expect(Math.min(...Object.values(report.marts))).toBeGreaterThan(0);
    await nobodyNames(home, 5_000);
  });

  it('gives the same marts for the same seed', async () => {
    await demo(3_000);
    const first = await martRows();
    await demo(3_000);
    expect(await martRows()).toEqual(first);
    expect(first.join('').length).toBeGreaterThan(10_000);
  });
});
