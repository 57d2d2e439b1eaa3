import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { Contract } from '../../core/assets.ts';
import { parseHour } from '../../core/hours.ts';
import type { EncodedSegment, Encoder } from '../../core/ports/encoder.ts';
import type { LogRecord } from '../../core/ports/event-log.ts';
import { chunkOf } from '../../core/records.ts';
import { expectedRows } from './encoded-rows.ts';
import { keepingContract, play, playContract, recordBytes } from './mutated-records.ts';
import { readParquet } from './parquet-rows.ts';
import { poisonCorpus } from './poison-corpus.ts';

const HEADING = { topic: 'plays', landedHour: parseHour('2026-11-20T07', 'test') };
const KEEPING = { ...HEADING, topic: 'keeping' };

/** The contracts by topic that every encoder is tried with. */
export const CONTRACTS: ReadonlyMap<string, Contract> = new Map([
  [HEADING.topic, playContract],
  [KEEPING.topic, keepingContract],
]);

/** An encoder, and how to give back what it holds. */
export type EncoderUnderTest = Encoder & { readonly close?: () => Promise<void> };

/** Records of one partition, in one epoch, with these values. */
export function recordsWith(values: readonly (Uint8Array | string | null)[], from = 1_000): readonly LogRecord[] {
  return values.map((value, index) => ({
    partition: 2,
    offset: from + index,
    timestamp: 1_795_000_000_123 + index,
    value: typeof value === 'string' ? Buffer.from(value) : value,
  }));
}

/** Encodes records of one partition in epoch 3, in chunks of at most so many. */
export async function encode(encoder: Encoder, records: readonly LogRecord[], { heading = HEADING, size = 1_000 } = {}) {
  const segment = encoder.open(heading);
  try {
    for (let at = 0; at < records.length; at += size) {
      await segment.add(chunkOf(records[0]?.partition ?? 0, records.slice(at, at + size)), 3);
    }
    return await segment.finish();
  } finally {
    await segment.discard();
  }
}

/** Rows and dead letters of a segment, read back. */
export async function readBack({ rows, deadLetters }: EncodedSegment) {
  return { rows: await readParquet(rows?.content ?? null), deadLetters: await readParquet(deadLetters?.content ?? null) };
}

function inEpoch(records: readonly LogRecord[]) {
  return records.map((record) => ({ ...record, epoch: 3 }));
}

/** What every encoder must do; `open` gives one for CONTRACTS. */
export function describeEncoder(name: string, open: () => EncoderUnderTest): void {
  const encoder = open();
  afterAll(() => encoder.close?.());

  describe(`${name} as Encoder`, () => {
    it.each([HEADING, KEEPING])(
      'makes each record what the contract says, equal when read back: $topic',
      async (heading) => {
        const contract = CONTRACTS.get(heading.topic) ?? playContract;
        await fc.assert(
          fc.asyncProperty(fc.array(recordBytes, { maxLength: 60 }), async (values) => {
            const records = recordsWith(values);
            const encoded = await encode(encoder, records, { heading, size: 7 });
            const wanted = expectedRows(contract, heading, inEpoch(records));
            expect(await readBack(encoded)).toEqual(wanted);
            expect([encoded.rows?.rows ?? 0, encoded.deadLetters?.rows ?? 0]).toEqual([
              wanted.rows.length,
              wanted.deadLetters.length,
            ]);
          }),
          { numRuns: 60 },
        );
      },
      240_000,
    );

    it('takes or refuses each record of the corpus as the contract says', async () => {
      const records = recordsWith(poisonCorpus.map(({ value }) => value));
      const { rows, deadLetters } = await readBack(await encode(encoder, records));
      const landed = new Set(rows.map((row) => row._offset));
      expect(poisonCorpus.map(({ name }, index) => [name, landed.has(BigInt(1_000 + index))])).toEqual(
        poisonCorpus.map((poison) => [poison.name, poison.lands]),
      );
      expect({ rows, deadLetters }).toEqual(expectedRows(playContract, HEADING, inEpoch(records)));
    }, 60_000);

    it.each(poisonCorpus)('takes or refuses alone: $name', async ({ value, lands }) => {
      const records = recordsWith([value]);
      const encoded = await encode(encoder, records);
      expect([encoded.rows?.rows ?? 0, encoded.deadLetters?.rows ?? 0]).toEqual(lands ? [1, 0] : [0, 1]);
      expect(await readBack(encoded)).toEqual(expectedRows(playContract, HEADING, inEpoch(records)));
    });

    it('gives the same bytes for the same records however they are cut, and their digest', async () => {
      const values = fc.sample(recordBytes, { numRuns: 200, seed: 7 });
      const records = recordsWith(values);
      const [first, ...others] = [
        await encode(encoder, records),
        await encode(encoder, records),
        await encode(encoder, records, { size: 3 }),
      ];
      expect(first.rows?.digest).toBe(
        createHash('sha256')
          .update(first.rows?.content ?? '')
          .digest('hex'),
      );
      for (const other of others) {
        expect(Buffer.from(other.rows?.content ?? []).equals(first.rows?.content ?? Buffer.from('none'))).toBe(true);
        expect(other).toEqual(first);
      }
    });

    it('keeps partitions and epochs apart, and the order in which they came', async () => {
      const values = fc.sample(recordBytes, { numRuns: 30, seed: 1 });
      const parts = [0, 7, 7, 2_000].map((partition, index) => ({
        epoch: index % 2,
        records: recordsWith(values, index * 100).map((record) => ({ ...record, partition })),
      }));
      const segment = encoder.open(HEADING);
      for (const { records, epoch } of parts) await segment.add(chunkOf(records[0]?.partition ?? 0, records), epoch);
      const wanted = parts.flatMap(({ records, epoch }) => records.map((record) => ({ ...record, epoch })));
      expect(await readBack(await segment.finish())).toEqual(expectedRows(playContract, HEADING, wanted));
    });

    it('takes chunks whose arrays are longer than their records', async () => {
      const records = recordsWith(['{"song":"a","plays":1,"seconds":1,"ts":1}', 'x', null]);
      const chunk = chunkOf(2, [...records, ...recordsWith(['{', '}'], 5)]);
      const segment = encoder.open(HEADING);
      await segment.add({ ...chunk, count: 3 }, 3);
      expect(await readBack(await segment.finish())).toEqual(expectedRows(playContract, HEADING, inEpoch(records)));
    });

    it('has neither file for no record, and one for all of one kind', async () => {
      const nothing = { rows: null, deadLetters: null, drift: { sampled: 0, unknown: {} } };
      expect(await encode(encoder, [])).toEqual(nothing);
      expect(await encode(encoder, recordsWith([null]))).toMatchObject({ rows: null, deadLetters: { rows: 1 } });
      const good = '{"song":"a","plays":1,"seconds":1,"ts":1}';
      expect(await encode(encoder, recordsWith([good]))).toMatchObject({ rows: { rows: 1 }, deadLetters: null });
    });

    it('tells the ranges of lineage and of every instant', async () => {
      const values = ['{"song":"a","plays":1,"seconds":1,"ts":1795132800123}', '{"song":"a","plays":1,"seconds":1,"ts":0}', '{'];
      const { rows, deadLetters } = await encode(encoder, recordsWith(values, 5));
      expect(rows?.ranges).toEqual({
        _epoch: { min: 3, max: 3 },
        _kafka_partition: { min: 2, max: 2 },
        _offset: { min: 5, max: 6 },
        _kafka_time: { min: '2026-11-18T11:06:40.123000Z', max: '2026-11-18T11:06:40.124000Z' },
        _landed_hour: { min: '2026-11-20T07:00:00.000000Z', max: '2026-11-20T07:00:00.000000Z' },
        ts: { min: '1970-01-01T00:00:00.000000Z', max: '2026-11-20T00:00:00.123000Z' },
      });
      expect(deadLetters?.ranges).toMatchObject({ _offset: { min: 7, max: 7 } });
    });

    it('brings a Kafka time that no store can hold to the nearest that it can', async () => {
      const times = [-1, Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, 9.2e18];
      const records = recordsWith(times.map(() => '{"song":"a","plays":1,"seconds":1,"ts":1}'));
      const { rows } = await encode(
        encoder,
        records.map((record, index) => ({ ...record, timestamp: times[index] ?? 0 })),
      );
      const [last, first] = [253_402_300_799_999_000n, -62_135_596_800_000_000n];
      expect((await readParquet(rows?.content ?? null)).map((row) => row._kafka_time)).toEqual([-1_000n, last, first, last]);
    });

    it('takes text of megabytes among short ones', async () => {
      const long = 'é'.repeat(1_000_000);
      const songs = ['a', long, 'b', long, `"${'\\'.repeat(500_000)}`];
      const { rows } = await encode(
        encoder,
        recordsWith(songs.map((song) => JSON.stringify({ song, plays: 1, seconds: 1, ts: 1 }))),
      );
      expect((await readParquet(rows?.content ?? null)).map((row) => row.song)).toEqual(songs);
    });

    it('takes 50,000 records in order, bad ones among them', async () => {
      const values = Array.from({ length: 50_000 }, (_, index) =>
        index % 97 === 0 ? '{' : JSON.stringify({ song: `s${String(index % 7)}`, plays: index, seconds: index / 8, ts: index }),
      );
      const { rows, deadLetters } = await readBack(await encode(encoder, recordsWith(values, 0), { size: 4_000 }));
      const isBad = (offset: number) => offset % 97 === 0;
      const offsets = values.map((_, offset) => offset);
      expect(rows.map((row) => Number(row._offset))).toEqual(offsets.filter((offset) => !isBad(offset)));
      expect(rows.map((row) => Number(row.plays))).toEqual(offsets.filter((offset) => !isBad(offset)));
      expect(deadLetters.map((row) => Number(row._offset))).toEqual(offsets.filter(isBad));
    }, 60_000);

    it('samples unknown fields over the whole segment', async () => {
      const values = Array.from({ length: 3_000 }, (_, index) =>
        JSON.stringify({ song: 'a', plays: 1, seconds: 1, ts: 1, ...(index >= 1_500 ? { album: 'b' } : {}) }),
      );
      const { drift } = await encode(encoder, recordsWith([...values, '{"mood":1}', '[', 'null']));
      expect(drift.sampled).toBeGreaterThanOrEqual(100);
      expect(drift.sampled).toBeLessThanOrEqual(200);
      expect((drift.unknown.album ?? 0) / drift.sampled).toBeCloseTo(0.5, 1);
    });

    it('gives back what it held when a segment is given up, and goes on', async () => {
      const segment = encoder.open(HEADING);
      await segment.add(chunkOf(2, recordsWith(['{}'])), 3);
      await segment.discard();
      await segment.discard();
      expect(await encode(encoder, recordsWith([null]))).toMatchObject({ deadLetters: { rows: 1 } });
    });

    it('encodes two segments at once', async () => {
      const records = recordsWith(fc.sample(play, { numRuns: 500, seed: 9 }).map((event) => JSON.stringify(event)));
      const alone = await encode(encoder, records, { size: 10 });
      const both = await Promise.all([encode(encoder, records, { size: 10 }), encode(encoder, records, { size: 13 })]);
      expect(both).toEqual([alone, alone]);
    });

    it('knows only the topics it has contracts for', () => {
      expect(() => encoder.open({ ...HEADING, topic: 'unheard' })).toThrow(/topic unheard: has no contract/);
    });
  });
}
