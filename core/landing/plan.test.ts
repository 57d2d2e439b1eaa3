import fc from 'fast-check';
import { parseHour } from '../hours.ts';
import type { PartitionOffsets } from '../ports/event-log.ts';
import type { Head } from './commit.ts';
import { planBatch } from './plan.ts';
import { EMPTY_LOG } from './rules.ts';

const AT_TEN = Date.UTC(2026, 10, 20, 10, 30);
const CAPS = { segmentEvents: 100, batchSegments: 3 };
const hour = (text: string) => parseHour(text, 'test');
const head = (frontier: Record<string, number>, at = '2026-11-20T10') => ({ position: 4, hour: hour(at), frontier });
const plan = (offsets: PartitionOffsets[], from: Head = head({}), now = AT_TEN) =>
  planBatch({ topic: 'listen_events', head: from, offsets, now, caps: CAPS });

describe('planning a batch', () => {
  it('opens a table where each partition begins, and asks for the next plan at once', () => {
    expect(plan([{ partition: 0, start: 7, end: 9 }], { ...EMPTY_LOG })).toMatchObject({
      kind: 'create',
      position: 0,
      after: { 0: 7 },
      more: true,
    });
  });

  it('puts what is new in all partitions into one segment while it fits', () => {
    const planned = plan([
      { partition: 0, start: 0, end: 60 },
      { partition: 1, start: 0, end: 40 },
    ]);
    expect(planned.segments).toEqual([
      {
        id: 0,
        ranges: [
          { partition: 0, from: 0, to: 60 },
          { partition: 1, from: 0, to: 40 },
        ],
      },
    ]);
    expect(planned).toMatchObject({ kind: 'batch', position: 5, after: { 0: 60, 1: 40 }, more: false });
  });

  it('cuts at the caps and says that there is more', () => {
    const planned = plan([{ partition: 0, start: 0, end: 1_000 }]);
    expect(planned.segments.map((it) => it.ranges)).toEqual([
      [{ partition: 0, from: 0, to: 100 }],
      [{ partition: 0, from: 100, to: 200 }],
      [{ partition: 0, from: 200, to: 300 }],
    ]);
    expect(planned.more).toBe(true);
  });

  it('closes an hour without events, once, and is idle otherwise', () => {
    const caughtUp = [{ partition: 0, start: 0, end: 5 }];
    expect(plan(caughtUp, head({ 0: 5 }, '2026-11-20T09'))).toMatchObject({ kind: 'hour', hour: '2026-11-20T10' });
    expect(plan(caughtUp, head({ 0: 5 }))).toMatchObject({ kind: 'idle', position: 4 });
  });

  it('never goes back to an earlier hour when the clock does', () => {
    expect(plan([{ partition: 0, start: 0, end: 5 }], head({}, '2026-11-20T12')).hour).toBe('2026-11-20T12');
  });

  it('stops a partition that retention passed, or that ends below the frontier, and lands the others', () => {
    const planned = plan(
      [
        { partition: 0, start: 50, end: 60 },
        { partition: 1, start: 0, end: 3 },
        { partition: 2, start: 0, end: 9 },
      ],
      head({ 0: 20, 1: 5, 2: 4 }),
    );
    expect(planned.stopped).toEqual([
      { partition: 0, from: 20, to: 50, reason: 'retention' },
      { partition: 1, from: 3, to: 5, reason: 'rewound' },
    ]);
    expect(planned.segments).toEqual([{ id: 0, ranges: [{ partition: 2, from: 4, to: 9 }] }]);
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
        offsets.forEach(({ partition, end }) => {
          const mine = ranges.filter((range) => range.partition === partition);
          let at = frontier[String(partition)] ?? 0;
          for (const range of mine) {
            expect(range.from).toBe(at);
            at = range.to;
          }
          expect(planned.after[String(partition)] ?? 0).toBe(at);
          if (!planned.more) expect(at).toBe(end);
        });
      }),
    );
  });
});
