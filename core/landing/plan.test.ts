import fc from 'fast-check';
import { parseHour } from '../hours.ts';
import type { PartitionOffsets } from '../ports/event-log.ts';
import type { Head, Standing } from './commit.ts';
import type { LandingCaps } from './cut.ts';
import { compareWithBroker } from './life.ts';
import { planBatch, planCreate, planLoss, commitOf, type LandedSegment } from './plan.ts';
import { EMPTY_LOG, headOf, NO_STANDING, whyNotFollowing } from './rules.ts';

const AT_TEN = Date.UTC(2026, 10, 20, 10, 30);
const CAPS: LandingCaps = { segmentEvents: 100, segmentBytes: 1e9, batchEvents: 1e9, batchBytes: 1e9, batchSegments: 3 };
const hour = (text: string) => parseHour(text, 'test');
const head = (frontier: Record<string, number>, at = '2026-11-20T10', standing: Partial<Standing> = {}): Head => ({
  position: 4,
  hour: hour(at),
  frontier,
  standing: { ...NO_STANDING, ...standing },
});
const start = (from: Head, now = AT_TEN) => ({ topic: 'listen_events', head: from, topicId: null, now });

function plan(offsets: PartitionOffsets[], from: Head = head({}), { now = AT_TEN, caps = CAPS } = {}) {
  const { fresh, stopped } = compareWithBroker(from, offsets, { id: null, checksums: {} });
  return planBatch(start(from, now), { fresh, stopped }, caps);
}

const range = (partition: number, from: number, to: number) => ({ partition, from, to, epoch: 0 });

describe('planning a batch', () => {
  it('opens a table where each partition begins, and asks for the next plan at once', () => {
    const planned = planCreate(start(EMPTY_LOG), [{ partition: 0, start: 7, end: 9 }]);
    expect(planned).toMatchObject({ kind: 'create', position: 0, after: { 0: 7 }, more: true });
  });

  it('puts what is new in all partitions into one segment while it fits', () => {
    const planned = plan([
      { partition: 0, start: 0, end: 60 },
      { partition: 1, start: 0, end: 40 },
    ]);
    expect(planned.segments).toEqual([{ id: 0, ranges: [range(0, 0, 60), range(1, 0, 40)] }]);
    expect(planned).toMatchObject({ kind: 'batch', position: 5, after: { 0: 60, 1: 40 }, more: false });
  });

  it('cuts at the caps and says that there is more', () => {
    const planned = plan([{ partition: 0, start: 0, end: 1_000 }]);
    expect(planned.segments.map((it) => it.ranges)).toEqual([[range(0, 0, 100)], [range(0, 100, 200)], [range(0, 200, 300)]]);
    expect(planned.more).toBe(true);
  });

  it('goes by bytes once it knows how large events are', () => {
    const caps = { ...CAPS, segmentBytes: 2_000, batchBytes: 3_000 };
    const planned = plan([{ partition: 0, start: 0, end: 1_000 }], head({}, '2026-11-20T10', { recordBytes: 100 }), { caps });
    expect(planned.segments.map((it) => it.ranges)).toEqual([[range(0, 0, 20)], [range(0, 20, 30)]]);
    expect(planned.more).toBe(true);
  });

  it('lands at least one event, however large', () => {
    const caps = { ...CAPS, segmentBytes: 10, batchBytes: 10 };
    const offsets = [0, 1, 2].map((partition) => ({ partition, start: 0, end: 5 }));
    const planned = plan(offsets, head({}, '2026-11-20T10', { recordBytes: 1_000 }), { caps });
    expect(planned.segments).toEqual([{ id: 0, ranges: [range(0, 0, 1)] }]);
  });

  it('gives every partition its share of a batch, so that none waits for the backlog of another', () => {
    const planned = plan([
      { partition: 0, start: 0, end: 3_000 },
      { partition: 1, start: 0, end: 300 },
      { partition: 2, start: 0, end: 300 },
    ]);
    expect(planned.after).toEqual({ 0: 250, 1: 25, 2: 25 });
  });

  it('closes an hour without events, once, and is idle otherwise', () => {
    const caughtUp = [{ partition: 0, start: 0, end: 5 }];
    expect(plan(caughtUp, head({ 0: 5 }, '2026-11-20T09'))).toMatchObject({ kind: 'hour', hour: '2026-11-20T10' });
    expect(plan(caughtUp, head({ 0: 5 }))).toMatchObject({ kind: 'idle', position: 4 });
  });

  it('never goes back to an earlier hour when the clock does', () => {
    expect(plan([{ partition: 0, start: 0, end: 5 }], head({}, '2026-11-20T12')).hour).toBe('2026-11-20T12');
  });

  it('covers exactly what is new, within the caps, for any offsets', () => {
    const Part = fc.record({ read: fc.nat(500), fresh: fc.nat(500) });
    fc.assert(
      fc.property(fc.array(Part, { minLength: 1, maxLength: 8 }), (parts) => {
        const frontier = Object.fromEntries(parts.map((part, index) => [String(index), part.read]));
        const offsets = parts.map((part, partition) => ({ partition, start: 0, end: part.read + part.fresh }));
        const planned = plan(offsets, head(frontier));
        const ranges = planned.segments.flatMap((segment) => segment.ranges);
        for (const segment of planned.segments)
          expect(segment.ranges.reduce((sum, it) => sum + it.to - it.from, 0)).toBeLessThanOrEqual(100);
        expect(planned.segments.length).toBeLessThanOrEqual(3);
        offsets.forEach(({ partition, end }) => {
          let at = frontier[String(partition)] ?? 0;
          for (const part of ranges.filter((it) => it.partition === partition)) {
            expect(part.from).toBe(at);
            at = part.to;
          }
          expect(planned.after[String(partition)] ?? 0).toBe(at);
          if (!planned.more) expect(at).toBe(end);
        });
      }),
    );
  });

  it('stays under 512 KiB with 2,000 partitions and 200 segments', () => {
    const many = Array.from({ length: 2_000 }, (_, partition) => partition);
    const marks = Object.fromEntries(many.map((it) => [String(it), { offset: 9e15, crc: 4_294_967_295 }]));
    const frontier = Object.fromEntries(many.map((it) => [String(it), 9_000_000_000_000_000]));
    const offsets = many.map((partition) => ({ partition, start: 0, end: 9_000_000_000_000_500 }));
    const planned = plan(offsets, head(frontier, '2026-11-20T10', { marks }), {
      caps: { ...CAPS, segmentEvents: 5_000, batchSegments: 200 },
    });
    expect(planned.segments).toHaveLength(200);
    expect(JSON.stringify(planned).length).toBeLessThan(512 * 1024);
  });
});

const landed = (rows: number, partition = 0): LandedSegment => ({
  files: [{ path: 'f', bytes: rows, rows, digest: 'd', ranges: {} }],
  deadLetters: [],
  rows,
  rejected: 0,
  empty: 0,
  bytes: rows * 480,
  marks: { [String(partition)]: { offset: rows - 1, crc: 7 } },
  drift: { sampled: 0, unknown: {} },
});
const WRITER = { encoder: 'test', schema: 's1' };

describe('the commit of a plan', () => {
  it("keeps what the next plan needs: marks, mean size of an event, the topic's id, the schema", () => {
    const offsets = [{ partition: 0, start: 0, end: 60 }];
    const { fresh } = compareWithBroker(head({}), offsets, { id: 'a', checksums: {} });
    const planned = planBatch({ ...start(head({})), topicId: 'a' }, { fresh, stopped: [] }, CAPS);
    const commit = commitOf(planned, [landed(60)], WRITER);
    expect(commit.standing).toEqual({
      epochs: {},
      marks: { 0: { offset: 59, crc: 7 } },
      topicId: 'a',
      amendment: -1,
      recordBytes: 480,
      schema: 's1',
    });
    expect(whyNotFollowing(head({}), commit)).toBeNull();
  });

  it('passes over what retention took, and counts it as lost', () => {
    const from = head({ 0: 20, 1: 5 });
    const planned = planLoss(start(from), [{ partition: 0, from: 20, to: 50, reason: 'retention', epoch: 0 }], []);
    const commit = commitOf(planned, [], WRITER);
    expect(commit).toMatchObject({ kind: 'loss', after: { 0: 50, 1: 5 }, counts: { consumed: 30, lost: 30 } });
    expect(commit.standing).toMatchObject({ amendment: 5, epochs: {} });
    expect(whyNotFollowing(from, commit)).toBeNull();
  });

  it('opens the next epoch of a rewound partition, and forgets its mark', () => {
    const from = head({ 0: 500 }, '2026-11-20T10', { marks: { 0: { offset: 499, crc: 1 } }, epochs: { 0: 1 } });
    const planned = planLoss(start(from), [{ partition: 0, from: 400, to: 500, reason: 'rewound', epoch: 1 }], []);
    const commit = commitOf(planned, [], WRITER);
    expect(commit).toMatchObject({
      after: { 0: 400 },
      counts: { consumed: 0, lost: 0 },
      standing: { epochs: { 0: 2 }, marks: {} },
    });
    expect(whyNotFollowing(from, commit)).toBeNull();
    const next = headOf(commit);
    const { fresh } = compareWithBroker(next, [{ partition: 0, start: 0, end: 450 }], { id: null, checksums: {} });
    expect(fresh).toEqual([{ partition: 0, from: 400, to: 450, epoch: 2 }]);
  });
});
