import fc from 'fast-check';
import { SoundFlowError } from '../../core/errors.ts';
import type { LogRecord, Mark } from '../../core/ports/event-log.ts';
import { keptRecord, recordsOf } from '../../core/records.ts';
import { loadZstd } from '../zstd/load.ts';
import type { AbortedTransaction, Fetched } from './fetch-protocol.ts';
import { readRange, type RangeReader } from './read-range.ts';
import { batchBytes, TEST_CODECS, type BatchLayout, type TestCodec } from './test-batches.ts';

beforeAll(loadZstd);

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

function readerOf(kept: Kept, [from, to]: readonly [number, number], fetchBytes = 1 << 20): RangeReader {
  return {
    topic: 'plays',
    range: { partition: 3, from, to },
    signal: undefined,
    fetchBytes,
    fetch: (offset, maxBytes) => Promise.resolve(fetchFrom(kept, offset, maxBytes)),
    bounds: () => Promise.resolve({ partition: 3, start: kept.start ?? 0, end: kept.end }),
    // Whoever still looks at an answer that was given back reads something else.
    done: ({ records }) => records.fill(0xff),
  };
}

async function readFrom(reader: RangeReader) {
  const records: LogRecord[] = [];
  const marks: (Mark | null)[] = [];
  const counts: number[] = [];
  let fetches = 0;
  const fetch: RangeReader['fetch'] = (offset, maxBytes, signal) => {
    fetches += 1;
    return reader.fetch(offset, maxBytes, signal);
  };
  for await (const chunk of readRange({ ...reader, fetch })) {
    records.push(...[...recordsOf(chunk)].map(keptRecord));
    marks.push(chunk.mark);
    counts.push(chunk.count);
  }
  const texts = records.map(({ value }) => (value === null ? null : Buffer.from(value).toString()));
  return { records, marks, counts, fetches, texts };
}

const read = (kept: Kept, range: readonly [number, number], fetchBytes?: number) => readFrom(readerOf(kept, range, fetchBytes));

const layout = fc.record({
  gap: fc.nat({ max: 3 }),
  tail: fc.nat({ max: 2 }),
  kept: fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
  codec: fc.constantFrom(...TEST_CODECS),
});

/** Lays batches one after another, with gaps between them, offsets without record in them and behind their last record. */
function laidOut(
  shapes: readonly {
    readonly gap: number;
    readonly tail: number;
    readonly kept: readonly boolean[];
    readonly codec: TestCodec;
  }[],
) {
  const batches: BatchLayout[] = [];
  let at = 0;
  for (const { gap, tail, kept, codec } of shapes) {
    const baseOffset = at + gap;
    const held = kept.flatMap((isKept, delta) => (isKept ? [[delta, `v${String(baseOffset + delta)}`] as const] : []));
    batches.push({ baseOffset, values: Object.fromEntries(held), lastOffsetDelta: kept.length - 1 + tail, codec });
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
    expect(fetches).toBeLessThanOrEqual(30);
  });

  it('takes a batch of more records than a call takes arguments', async () => {
    const values = Object.fromEntries(Array.from({ length: 140_000 }, (_, delta) => [delta, 'v']));
    const { records } = await read(
      { batches: [{ baseOffset: 5, values, lastOffsetDelta: 139_999, codec: 'gzip' }], end: 140_005 },
      [6, 140_004],
    );
    expect(records).toHaveLength(139_998);
  }, 30_000);

  it('asks several times before it takes a tail for compacted away', async () => {
    const batches = [{ baseOffset: 0, values: { 0: 'a' }, lastOffsetDelta: 0 }];
    const { texts, fetches } = await read({ batches, end: 9 }, [0, 9]);
    expect(texts).toEqual(['a']);
    expect(fetches).toBeGreaterThan(3);
  });

  it('says which batch is of no known compression', async () => {
    const batches = [{ baseOffset: 4, values: { 0: 'a' }, lastOffsetDelta: 0, attributes: 7 }];
    await expect(read({ batches, end: 5 }, [4, 5])).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringMatching(/topic plays, partition 3, record batch at offset 4: compression 7/),
    });
  });

  it('puts many small compressed batches together, and keeps the chunks of large ones bounded', async () => {
    const value = JSON.stringify({ song: 'x'.repeat(450) });
    const values = Object.fromEntries(Array.from({ length: 33 }, (_, delta) => [delta, value]));
    const small = Array.from({ length: 400 }, (_, index) => ({
      baseOffset: index * 33,
      values,
      lastOffsetDelta: 32,
      codec: TEST_CODECS[1 + (index % 5)] ?? 'gzip',
    }));
    const end = 400 * 33;
    const { counts, texts } = await read({ batches: small, end, atOnce: 400 }, [0, end]);
    expect(texts).toEqual(Array.from({ length: end }, () => value));
    expect(counts.length).toBeLessThanOrEqual(3);
    const many = Object.fromEntries(Array.from({ length: 40_000 }, (_, delta) => [delta, value]));
    const large = [{ baseOffset: 0, values: many, lastOffsetDelta: 39_999, codec: 'zstd' as const }];
    const parts = await read({ batches: large, end: 40_000 }, [0, 40_000], 1 << 26);
    expect(parts.texts).toHaveLength(40_000);
    expect(Math.max(...parts.counts)).toBeLessThanOrEqual(9_500);
  });

  it('marks the last record of each chunk with the checksum of its batch', async () => {
    const batches = [0, 2].map((baseOffset) => ({ baseOffset, values: { 0: 'a', 1: 'b' }, lastOffsetDelta: 1 }));
    const [first, second] = batches.map((batch) => batchBytes(batch).readUInt32BE(17));
    expect((await read({ batches, end: 4 }, [0, 4])).marks).toEqual([{ offset: 3, crc: second }]);
    expect((await read({ batches, end: 4 }, [1, 2])).marks).toEqual([{ offset: 1, crc: first }]);
  });
});

describe('readRange and damage', () => {
  const batches = [0, 2, 4].map((baseOffset) => ({ baseOffset, values: { 0: 'a', 1: 'b' }, lastOffsetDelta: 1 }));
  const sound = readerOf({ batches, end: 6, atOnce: 3 }, [0, 6]);

  const size = batchBytes({ baseOffset: 0, values: { 0: 'a', 1: 'b' }, lastOffsetDelta: 1 }).length;

  /** A reader that for its first `times` gets one bit of the log wrong. */
  function damaged({
    times,
    byte,
    bit = 4,
  }: {
    readonly times: number;
    readonly byte: number;
    readonly bit?: number;
  }): RangeReader {
    let left = times;
    return {
      ...sound,
      fetch: async (offset, maxBytes, signal) => {
        const fetched = await sound.fetch(offset, maxBytes, signal);
        const records = Buffer.from(fetched.records);
        const at = byte - Math.floor(offset / 2) * size;
        if (at < 0 || left <= 0) return fetched;
        left -= 1;
        records.writeUInt8(records.readUInt8(at) ^ (1 << bit), at);
        return { ...fetched, records };
      },
    };
  }

  it('fetches again what was damaged on the way', async () => {
    const { texts, fetches } = await readFrom(damaged({ times: 3, byte: size + 70 }));
    expect(texts).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
    expect(fetches).toBe(4);
  });

  it('says which batch the log itself holds damaged', async () => {
    await expect(readFrom(damaged({ times: 99, byte: size + 70 }))).rejects.toMatchObject({
      code: 'DAMAGED',
      message: expect.stringMatching(/topic plays, partition 3, range \[0, 6\): the record batch at offset 2 .*checksum/),
    });
  });

  it('never gives a record other than it was sent, whichever bit is damaged', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 2 * size - 1 }), fc.nat({ max: 7 }), async (byte, bit) => {
        const outcome = await readFrom(damaged({ times: 99, byte, bit })).catch((thrown: unknown) => thrown);
        if (outcome instanceof SoundFlowError) expect(outcome.code).toBe('DAMAGED');
        else expect(outcome).toMatchObject({ texts: ['a', 'b', 'a', 'b', 'a', 'b'] });
      }),
      { numRuns: 500 },
    );
  });
});

describe('readRange and what is ahead', () => {
  const batches = Array.from({ length: 10 }, (_, index) => ({
    baseOffset: index,
    values: { 0: `v${String(index)}` },
    lastOffsetDelta: 0,
  }));
  const reader = readerOf({ batches, end: 10, atOnce: 1 }, [0, 10]);

  it('asks for the next while one is consumed, and for no more', async () => {
    const asked: number[] = [];
    const fetch: RangeReader['fetch'] = (offset, maxBytes, signal) => {
      asked.push(offset);
      return reader.fetch(offset, maxBytes, signal);
    };
    let consumed = 0;
    for await (const { offsets } of readRange({ ...reader, fetch })) {
      expect(offsets[0]).toBe(consumed);
      consumed += 1;
      expect(asked).toEqual(Array.from({ length: Math.min(10, consumed + 1) }, (_, index) => index));
    }
    expect(consumed).toBe(10);
  });

  it('lets go of what is ahead when its consumer leaves', async () => {
    const signals: AbortSignal[] = [];
    const fetch: RangeReader['fetch'] = (offset, maxBytes, signal) => {
      signals.push(signal);
      return offset === 0 ? reader.fetch(offset, maxBytes, signal) : Promise.reject(new Error('nobody waits for this'));
    };
    for await (const chunk of readRange({ ...reader, fetch })) {
      expect(chunk.count).toBe(1);
      expect(signals.map(({ aborted }) => aborted)).toEqual([false, false]);
      break;
    }
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  });

  it('reports what failed ahead when its turn comes', async () => {
    const fetch: RangeReader['fetch'] = (offset, maxBytes, signal) =>
      offset === 2 ? Promise.reject(new Error('broken')) : reader.fetch(offset, maxBytes, signal);
    const seen: number[] = [];
    const consume = async (): Promise<void> => {
      for await (const { offsets } of readRange({ ...reader, fetch })) seen.push(offsets[0] ?? -1);
    };
    await expect(consume()).rejects.toThrow('broken');
    expect(seen).toEqual([0, 1]);
  });
});
