import { parseHour } from '../hours.ts';
import type { Head, Standing } from './commit.ts';
import { compareWithBroker, doubtfulOffsets } from './life.ts';
import { lossesOf, parseLoss } from './loss.ts';
import { NO_STANDING } from './rules.ts';

const head = (frontier: Record<string, number>, standing: Partial<Standing> = {}): Head => ({
  position: 4,
  hour: parseHour('2026-11-20T10', 'test'),
  frontier,
  standing: { ...NO_STANDING, ...standing },
});
const part = (partition: number, start: number, end: number) => ({ partition, start, end });
const UNKNOWN = { id: null, checksums: {} };

describe('what the broker holds, held against the log', () => {
  it('stops a partition that retention passed, and takes the others', () => {
    const found = compareWithBroker(head({ 0: 20, 2: 4 }), [part(0, 50, 60), part(2, 0, 9)], UNKNOWN);
    expect(found.stopped).toEqual([{ partition: 0, from: 20, to: 50, reason: 'retention' }]);
    expect(found.fresh).toEqual([{ partition: 2, from: 4, to: 9, epoch: 0 }]);
  });

  it('reads a partition first seen later from 0, where a start above that is loss', () => {
    const found = compareWithBroker(head({ 0: 5 }), [part(0, 0, 5), part(1, 0, 3), part(2, 2, 3)], UNKNOWN);
    expect(found.fresh).toEqual([{ partition: 1, from: 0, to: 3, epoch: 0 }]);
    expect(found.stopped).toEqual([{ partition: 2, from: 0, to: 2, reason: 'retention' }]);
  });

  it('knows a partition that ends below its frontier, or has another checksum, as rewound', () => {
    const marks = { 0: { offset: 4, crc: 1 }, 1: { offset: 8, crc: 2 }, 2: { offset: 8, crc: 3 }, 3: { offset: 8, crc: 4 } };
    const from = head({ 0: 5, 1: 9, 2: 9, 3: 9 }, { marks });
    const offsets = [part(0, 0, 3), part(1, 0, 20), part(2, 0, 20), part(3, 0, 20)];
    expect(doubtfulOffsets(from, offsets)).toEqual({ 1: 8, 2: 8, 3: 8 });
    const found = compareWithBroker(from, offsets, { id: null, checksums: { 1: 99, 2: 3, 3: null } });
    expect(found.rewound).toEqual([0, 1]);
    expect(found.fresh.map((it) => it.partition)).toEqual([2, 3]);
  });

  it('does not look at marks that retention took, nor where nothing is new', () => {
    const from = head({ 0: 9, 1: 9 }, { marks: { 0: { offset: 8, crc: 1 }, 1: { offset: 8, crc: 1 } } });
    expect(doubtfulOffsets(from, [part(0, 9, 20), part(1, 0, 9)])).toEqual({});
  });

  it('stops all that was landed from a topic that was made anew, also a partition that is gone', () => {
    const from = head({ 0: 5, 1: 0, 2: 7 }, { topicId: 'old' });
    const found = compareWithBroker(from, [part(0, 0, 900), part(1, 0, 3)], { id: 'new', checksums: {} });
    expect(found.stopped).toEqual([
      { partition: 0, from: 0, to: 5, reason: 'recreated' },
      { partition: 2, from: 0, to: 7, reason: 'recreated' },
    ]);
    expect(found.fresh).toEqual([]);
  });

  it('goes on with a topic made anew from which nothing was landed yet', () => {
    const found = compareWithBroker(head({ 0: 0 }, { topicId: 'old' }), [part(0, 0, 3)], { id: 'new', checksums: {} });
    expect(found).toEqual({ stopped: [], rewound: [], fresh: [{ partition: 0, from: 0, to: 3, epoch: 0 }] });
  });
});

const STOPS = [
  { partition: 0, from: 20, to: 50, reason: 'retention' },
  { partition: 1, from: 3, to: 5, reason: 'rewound' },
] as const;

describe('accepting a loss', () => {
  it('gives up exactly what is stopped', () => {
    expect(lossesOf([{ partition: 0, from: 20, to: 50 }], STOPS, { epochs: {} })).toEqual({
      losses: [{ ...STOPS[0], epoch: 0 }],
    });
    expect(lossesOf([{ partition: 1, from: 3, to: 5 }], STOPS, { epochs: { 1: 4 } })).toEqual({
      losses: [{ ...STOPS[1], epoch: 4 }],
    });
  });

  it.each([
    [{ partition: 0, from: 20, to: 49 }, /\[20, 49\) is not what partition 0 is stopped at/],
    [{ partition: 0, from: 0, to: 50 }, /\[0, 50\) is not what/],
    [{ partition: 7, from: 20, to: 50 }, /partition 7 is not stopped; partition 0 lost \[20, 50\), 30 offsets, to retention/],
  ])('refuses %j, and says which ranges are stopped', (range, why) => {
    expect(lossesOf([range], STOPS, { epochs: {} })).toEqual({ why: expect.stringMatching(why) });
  });

  it('takes a topic that was made anew as a whole only', () => {
    const anew = [0, 1].map((partition) => ({ partition, from: 0, to: 5, reason: 'recreated' as const }));
    expect(lossesOf([{ partition: 0, from: 0, to: 5 }], anew, { epochs: {} })).toEqual({
      why: expect.stringMatching(/all its partitions/),
    });
    const all = anew.map(({ partition, from, to }) => ({ partition, from, to }));
    expect(lossesOf(all, anew, { epochs: {} })).toMatchObject({ losses: [{ partition: 0 }, { partition: 1 }] });
  });

  it('reads one range or a list', () => {
    const range = { partition: 0, from: 1, to: 2 };
    expect(parseLoss(range)).toEqual({ ok: true, ranges: [range] });
    expect(parseLoss([range, { ...range, partition: 1 }])).toMatchObject({ ok: true });
  });

  it.each([
    [undefined, /got nothing/],
    ['all', /got "all"/],
    [[], /1 to 2000 ranges/],
    [{ partition: 0, from: 5, to: 5 }, /"to" above "from"/],
    [{ partition: -1, from: 0, to: 5 }, /whole numbers/],
    [{ partition: 0, from: 0.5, to: 5 }, /whole numbers/],
    [{ undecodable: 'Unexpected token' }, /a range has whole numbers/],
    [
      [
        { partition: 0, from: 0, to: 5 },
        { partition: 0, from: 5, to: 9 },
      ],
      /named twice/,
    ],
  ])('refuses %j in words, with an example', (message, why) => {
    const parsed = parseLoss(message);
    expect(parsed).toEqual({ ok: false, why: expect.stringMatching(why) });
    expect(parsed).toEqual({ ok: false, why: expect.stringContaining('Example: {"partition":0') });
  });
});
