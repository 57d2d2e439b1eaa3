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

describe('npm run demo', () => {
  it('accounts for 20,000 events down to zero, fills the marts, and leaves no process', async () => {
    const home = await mkdtemp(join(tmpdir(), 'soundflow-demo-'));
    const env = { SOUNDFLOW_HOME: home, SOUNDFLOW_TOOLS: resolve('.soundflow/tools') };
    const demo = type(['npm', 'run', '--silent', 'demo', '--', '--events', '20000', '--json'], env);
    expect(await demo.ended).toBe(0);
    const report = Report.parse(JSON.parse(demo.lines.findLast((line) => line.startsWith('{"produced"')) ?? ''));
    expect(report.difference).toBe(0);
    expect(Object.values(report.produced).reduce((sum, count) => sum + count, 0)).toBe(20_000);
    expect(report.landed).toEqual(report.produced);
    expect(report.loaded).toEqual(report.produced);
    expect(Object.keys(report.marts).sort()).toEqual(['mart_active_users', 'mart_location_analytics', 'mart_top_songs']);
    expect(Math.min(...Object.values(report.marts))).toBeGreaterThan(0);
    await nobodyNames(home, 5_000);
    await rm(home, { recursive: true, force: true });
  });
});
