import { MockActivityEnvironment } from '@temporalio/testing';
import { parseHour } from '../core/hours.ts';
import type { LandedSegment } from '../core/landing/plan.ts';
import { BEGUN as NOW, openLandingTable, play } from '../tests/fixtures/landing-table.ts';
import { createCommitBatch } from './commit-batch.ts';
import type { LandingDeps } from './deps.ts';
import { createLandSegment } from './land-segment.ts';
import { createPlanBatch } from './plan-batch.ts';

const HOUR = parseHour('2026-11-20T10', 'test');
const { topic: TOPIC } = openLandingTable();

function depsOf(fileBytes = 1_000_000) {
  const { deps, eventLog } = openLandingTable();
  return { deps: { ...deps, landing: { ...deps.landing, fileBytes } }, eventLog, objects: deps.objects };
}

function land(deps: LandingDeps, to: number): Promise<LandedSegment> {
  const ranges = [{ partition: 0, from: 0, to, epoch: 3 }];
  const input = { topic: TOPIC, position: 1, hour: HOUR, segment: { id: 0, ranges } };
  return new MockActivityEnvironment().run(createLandSegment(deps), input);
}

describe('landing a segment', () => {
  it('writes rows and dead letters that account for every offset, dead letters with their raw bytes and reason', async () => {
    const { deps, eventLog, objects } = depsOf();
    eventLog.append({ topic: TOPIC, partition: 0, values: [play(0), '{"broken', play(1), null] });
    eventLog.skip(TOPIC, 0, 2);
    const landed = await land(deps, 6);
    expect(landed).toMatchObject({ rows: 2, rejected: 2, empty: 2, marks: { 0: { offset: 3 } } });
    expect(landed.bytes).toBe(2 * play(0).length + '{"broken'.length);
    expect(landed.files).toMatchObject([{ rows: 2, ranges: { _offset: { min: 0, max: 2 } } }]);
    expect(landed.files[0]?.path).toMatch(/^2026\/11\/20\/10\/1-0-[0-9a-f]{16}\.parquet$/);
    expect(landed.deadLetters[0]?.path).toMatch(/^_dead_letters\/2026\/11\/20\/10\/1-0-[0-9a-f]{16}\.parquet$/);
    for (const { path } of [...landed.files, ...landed.deadLetters]) expect(await objects.get(`${TOPIC}/${path}`)).not.toBeNull();
  });

  it('gives the same names and the same objects when it is tried again', async () => {
    const { deps, eventLog } = depsOf();
    eventLog.append({ topic: TOPIC, partition: 0, values: [play(0), 'no JSON'] });
    expect(await land(deps, 2)).toEqual(await land(deps, 2));
  });

  it('closes a file when it holds the configured bytes, so that memory does not grow with the segment', async () => {
    const { deps, eventLog } = depsOf(500);
    const values = Array.from({ length: 3_500 }, (_, item) => play(item));
    eventLog.append({ topic: TOPIC, partition: 0, values });
    const landed = await land(deps, values.length);
    expect(landed.rows).toBe(values.length);
    expect(landed.files.length).toBeGreaterThan(2);
  });

  it('fails as a loss when the log no longer holds the range', async () => {
    const { deps, eventLog } = depsOf();
    eventLog.append({ topic: TOPIC, partition: 0, values: ['a', 'b', 'c'] });
    eventLog.truncateTo(TOPIC, 0, 2);
    await expect(land(deps, 3)).rejects.toMatchObject({ code: 'DATA_LOSS' });
  });
});

describe('committing a batch', () => {
  it('takes the same commit again as done, and adopts another that took its place', async () => {
    const { deps, eventLog } = depsOf();
    const plan = createPlanBatch(deps);
    const commit = createCommitBatch(deps);
    const planned = async () => (await plan({ topic: TOPIC, cached: -1, now: NOW })).plan;
    const create = await planned();
    expect(await commit({ plan: create, landed: [] })).toMatchObject({ outcome: 'committed', head: { position: 0 } });
    eventLog.append({ topic: TOPIC, partition: 0, values: [play(0)] });
    const first = await planned();
    const landed = [await land(deps, 1)];
    expect(await commit({ plan: first, landed })).toMatchObject({ outcome: 'committed', rows: 1 });
    expect(await commit({ plan: first, landed })).toMatchObject({ outcome: 'committed', rows: 1 });
    const late = await commit({ plan: { ...first, at: NOW + 1 }, landed });
    expect(late).toMatchObject({ outcome: 'superseded', head: { position: 1, frontier: { 0: 1 } } });
  });

  it('refuses a plan that does not follow the log', async () => {
    const { deps } = depsOf();
    const plan = createPlanBatch(deps);
    const commit = createCommitBatch(deps);
    const { plan: create } = await plan({ topic: TOPIC, cached: -1, now: NOW });
    await commit({ plan: create, landed: [] });
    const stale = { ...create, kind: 'hour', position: 1, before: { 0: 7 }, after: { 0: 7 } } as const;
    await expect(commit({ plan: stale, landed: [] })).rejects.toMatchObject({ code: 'BAD_LOG' });
  });
});
