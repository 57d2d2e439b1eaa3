import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { testStorage } from '../../adapters/contract/engines.ts';
import { startFaultProxy, type Fault, type FaultProxy, type RequestKind, type Seen } from '../../adapters/gcs/test-proxy.ts';
import { seeded } from './seeded-faults.ts';
import { nobodyNames, processesNaming, type } from './command.ts';
import { readStored } from './stored-lake.ts';

jest.setTimeout(900_000);

const Counts = z.record(z.string(), z.number());
const Report = z.object({ produced: Counts, landed: Counts, loaded: Counts, difference: z.number(), marts: Counts });

/** What may befall requests of each kind; nothing but TLS guards answers without content, and there is none here. */
const BREAKS: readonly Fault[] = [429, 503, 'cut before', 'cut after', 500];
const DAMAGES: Readonly<Partial<Record<RequestKind, Fault>>> = { upload: 'damaged request', download: 'damaged answer' };

const ended: (() => Promise<unknown>)[] = [];

afterAll(async () => {
  for (const end of ended) await end();
});

interface Demo {
  readonly proxy: FaultProxy;
  readonly report: z.infer<typeof Report>;
  readonly bucketDir: string;
}

/** The whole demo, its lake in a bucket that is reached through a proxy; `faultOf` is told the home, which names every process of it. */
async function demo(events: number, faultOf: (seen: Seen, home: string) => Fault | null): Promise<Demo> {
  const home = await mkdtemp(join(tmpdir(), 'soundflow-gcs-'));
  const bucket = `demo-${randomUUID()}`;
  const proxy = await startFaultProxy(testStorage(), (seen) => faultOf(seen, home));
  ended.push(async () => {
    await nobodyNames(home, 10_000);
    await proxy.close();
    await rm(home, { recursive: true, force: true });
  });
  const command = type(['npm', 'run', '--silent', 'demo', '--', '--events', String(events), '--json'], {
    SOUNDFLOW_HOME: home,
    SOUNDFLOW_TOOLS: resolve('.soundflow/tools'),
    SOUNDFLOW_PROFILE: 'emulated',
    GCS_ENDPOINT: proxy.endpoint,
    GCS_BUCKET: bucket,
    LANDING_SEGMENT_EVENTS: '500',
  });
  const code = await command.ended;
  const line = command.lines.findLast((text) => text.startsWith('{"produced"'));
  if (code !== 0 || line === undefined) throw new Error(`the demo ended with ${String(code)}:\n${command.lines.join('\n')}`);
  return { proxy, report: Report.parse(JSON.parse(line)), bucketDir: join(process.env.TEST_GCS_ROOT ?? '', bucket) };
}

async function expectWhole({ report, bucketDir }: Demo, events: number): Promise<void> {
  expect(report.difference).toBe(0);
  expect(Object.values(report.produced).reduce((sum, count) => sum + count, 0)).toBe(events);
  expect(report.landed).toEqual(report.produced);
  expect(report.loaded).toEqual(report.produced);
  expect(Math.min(...Object.values(report.marts))).toBeGreaterThan(0);
  for (const [topic, produced] of Object.entries(report.produced)) {
    const partitions = await readStored(bucketDir, topic);
    expect(partitions.filter(({ rows, offsets, span }) => rows !== offsets || rows !== span)).toEqual([]);
    expect(partitions.reduce((sum, { rows }) => sum + rows, 0)).toBe(produced);
  }
}

describe('the whole demo with its lake in a bucket', () => {
  it('accounts for every event down to zero over a line that refuses, breaks, loses answers and changes bytes', async () => {
    const breaks = seeded(7, { share: 0.15, faults: BREAKS });
    const damages = seeded(8, { share: 0.1, faults: [true] });
    const met = new Set<Fault>();
    const played = await demo(20_000, ({ kind }) => {
      if (kind === 'other') return null;
      const fault = breaks() ?? (damages() === null ? null : (DAMAGES[kind] ?? null));
      if (fault !== null) met.add(fault);
      return fault;
    });
    await expectWhole(played, 20_000);
    expect(met).toEqual(new Set([...BREAKS, ...Object.values(DAMAGES)]));
  });

  it('accounts for every event when workers are killed between an upload and its answer', async () => {
    const struck = new Set<string>();
    const killed: number[] = [];
    const played = await demo(10_000, (seen, home) => {
      if (seen.kind !== 'upload') return null;
      const what = seen.url.includes('_delta_log') ? 'commit' : 'file';
      if (struck.has(what)) return null;
      struck.add(what);
      return async () => Promise.resolve(killed.push(...killWorkers(home)));
    });
    await expectWhole(played, 10_000);
    expect(struck).toEqual(new Set(['commit', 'file']));
    expect(killed).toHaveLength(2);
  });
});

/** Kills the workers of a home, and says which; the answer that is held until then has nobody to go to. */
function killWorkers(home: string): readonly number[] {
  const lines = processesNaming(home).filter((line) => line.includes('workers/main.ts'));
  const pids = lines.map((line) => Number(line.split(' ', 1)[0]));
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  return pids;
}
