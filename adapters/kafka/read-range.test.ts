import fc from 'fast-check';
import type { LogRecord } from '../../core/ports/event-log.ts';
import type { AbortedTransaction, Fetched } from './fetch-protocol.ts';
import { readRange } from './read-range.ts';
import { batchBytes, type BatchLayout } from './test-batches.ts';

/** A partition as a broker keeps it: batches that may leave gaps, up to `end`. */
interface Kept {
  readonly batches: readonly BatchLayout[];
  readonly aborted?: readonly AbortedTransaction[];
  readonly end: number;
  readonly start?: number;
  /** Batches a fetch gives at most. */
  readonly atOnce?: number;
}

const nextOf = ({ baseOffset, lastOffsetDelta }: BatchLayout): number => baseOffset + lastOffsetDelta + 1;

function fetchFrom({ batches, aborted = [], end, start = 0, atOnce = 2 }: Kept, offset: number, maxBytes: number): Fetched {
  const errorCode = offset < start || offset > end ? 1 : 0;
  const from = batches.filter((batch) => nextOf(batch) > offset).slice(0, atOnce);
  const records = Buffer.concat(from.map(batchBytes)).subarray(0, maxBytes);
  return { errorCode, throttled: false, lastStableOffset: end, logStart: start, aborted, records };
}

async function read(kept: Kept, [from, to]: readonly [number, number], fetchBytes = 1 << 20) {
  const records: LogRecord[] = [];
  let fetches = 0;
  const chunks = readRange({
    topic: 'plays',
    range: { partition: 3, from, to },
    signal: undefined,
    fetchBytes,
    fetch: (offset, maxBytes) => {
      fetches += 1;
      return Promise.resolve(fetchFrom(kept, offset, maxBytes));
    },
    bounds: () => Promise.resolve({ partition: 3, start: kept.start ?? 0, end: kept.end }),
  });
  for await (const chunk of chunks) for (const record of chunk) records.push(record);
  return { records, fetches, texts: records.map(({ value }) => (value === null ? null : Buffer.from(value).toString())) };
}

const layout = fc.record({
  gap: fc.nat({ max: 3 }),
  tail: fc.nat({ max: 2 }),
  kept: fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
  gzip: fc.boolean(),
});

/** Lays batches one after another, with gaps between them, offsets without record in them and behind their last record. */
function laidOut(
  shapes: readonly { readonly gap: number; readonly tail: number; readonly kept: readonly boolean[]; readonly gzip: boolean }[],
) {
  const batches: BatchLayout[] = [];
  let at = 0;
  for (const { gap, tail, kept, gzip } of shapes) {
    const baseOffset = at + gap;
    const held = kept.flatMap((isKept, delta) => (isKept ? [[delta, `v${String(baseOffset + delta)}`] as const] : []));
    batches.push({ baseOffset, values: Object.fromEntries(held), lastOffsetDelta: kept.length - 1 + tail, gzip });
    at = baseOffset + kept.length + tail;
  }
  return { batches, end: at };
}

describe('readRange', () => {
  it('gives the records that the range holds, whatever compaction left', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(layout, { maxLength: 6 }),
        fc.tuple(fc.nat(40), fc.nat(40)),
        fc.nat(3),
        async (shapes, [a, b], lost) => {
          const { batches, end } = laidOut(shapes);
          const kept = { batches, end: end + lost };
          const [from, to] = [Math.min(a, b, kept.end), Math.min(Math.max(a, b), kept.end)];
          const held = batches.flatMap(({ baseOffset, values }) =>
            Object.keys(values).map((delta) => baseOffset + Number(delta)),
          );
          const { records, texts } = await read(kept, [from, to]);
          const expected = held.filter((offset) => offset >= from && offset < to);
          expect(records.map(({ offset }) => offset)).toEqual(expected);
          expect(texts).toEqual(expected.map((offset) => `v${String(offset)}`));
        },
      ),
    );
  });

  it('drops what transactions aborted, told apart by producer and place', async () => {
    const of = (baseOffset: number, producerId: number, rest: Partial<BatchLayout> = {}): BatchLayout => ({
      baseOffset,
      values: { 0: `${String(producerId)}@${String(baseOffset)}` },
      lastOffsetDelta: 0,
      producerId,
      transactional: true,
      ...rest,
    });
    const batches = [
      of(0, 1),
      of(1, 2),
      of(2, 1, { transactional: false }),
      of(3, 2, { marker: 'abort' }),
      of(4, 2),
      of(5, 1, { marker: 'commit' }),
      of(6, 2, { marker: 'commit' }),
      of(7, 1),
      of(8, 1, { marker: 'abort' }),
    ];
    const aborted = [
      { producerId: 1n, firstOffset: 7 },
      { producerId: 2n, firstOffset: 1 },
    ];
    expect((await read({ batches, aborted, end: 9, atOnce: 20 }, [0, 9])).texts).toEqual(['1@0', '1@2', '2@4']);
  });

  it('takes the time of the broker where that stamped the records', async () => {
    const batches = [
      { baseOffset: 0, values: { 0: 'a', 1: 'b' }, lastOffsetDelta: 1 },
      { baseOffset: 2, values: { 0: 'c' }, lastOffsetDelta: 0, appendTime: 77 },
    ];
    const { records } = await read({ batches, end: 3 }, [0, 3]);
    expect(records.map(({ timestamp, partition }) => [timestamp, partition])).toEqual([
      [1_000, 3],
      [1_001, 3],
      [77, 3],
    ]);
  });

  it('asks for more when not even one batch fits', async () => {
    const values = { 0: 'x'.repeat(5_000), 1: null };
    const batches = [0, 2, 4].map((baseOffset) => ({ baseOffset, values, lastOffsetDelta: 1 }));
    const { texts, fetches } = await read({ batches, end: 6 }, [0, 6], 10);
    expect(texts).toEqual([values[0], null, values[0], null, values[0], null]);
    expect(fetches).toBeLessThanOrEqual(9);
  });

  it('takes a batch of more records than a call takes arguments', async () => {
    const values = Object.fromEntries(Array.from({ length: 140_000 }, (_, delta) => [delta, 'v']));
    const { records } = await read(
      { batches: [{ baseOffset: 5, values, lastOffsetDelta: 139_999, gzip: true }], end: 140_005 },
      [6, 140_004],
    );
    expect(records).toHaveLength(139_998);
  });

  it('asks several times before it takes a tail for compacted away', async () => {
    const batches = [{ baseOffset: 0, values: { 0: 'a' }, lastOffsetDelta: 0 }];
    const { texts, fetches } = await read({ batches, end: 9 }, [0, 9]);
    expect(texts).toEqual(['a']);
    expect(fetches).toBeGreaterThan(3);
  });

  it('names what it cannot decompress', async () => {
    const batches = [{ baseOffset: 0, values: { 0: 'a' }, lastOffsetDelta: 0, codec: 4 }];
    await expect(read({ batches, end: 1 }, [0, 1])).rejects.toMatchObject({
      code: 'BAD_SETTING',
      message: expect.stringContaining('zstd'),
    });
  });
});
