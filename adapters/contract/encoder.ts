import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { z } from 'zod';
import type { Contract, Decoded } from '../../core/assets.ts';
import { DEAD_LETTER, LINEAGE, type Column, type ColumnType } from '../../core/columns.ts';
import { parseHour } from '../../core/hours.ts';
import type { Encoder } from '../../core/ports/encoder.ts';
import type { LogRecord } from '../../core/ports/event-log.ts';
import { readParquet } from './parquet-rows.ts';

const TOPIC = 'plays';
const HOUR = parseHour('2026-11-20T07', 'test');

function column(name: string, type: ColumnType, required: boolean): Column {
  return { name, type, required, description: `The ${name}.` };
}

const COLUMNS: readonly Column[] = [
  column('song', 'string', true),
  column('tag', 'string', false),
  column('plays', 'int64', true),
  column('rank', 'int64', false),
  column('seconds', 'float64', true),
  column('lat', 'float64', false),
  column('paid', 'boolean', false),
  column('ts', 'timestamp', true),
  column('registration', 'timestamp', false),
];

/** JSON objects whose `song` is text; anything else is refused, field and reason given. */
const contract: Contract = { columns: COLUMNS, decode };

function decode(value: Uint8Array | null): Decoded {
  if (value === null) return { ok: false, path: '', reason: 'no value' };
  try {
    const row = z.record(z.string(), z.unknown()).parse(JSON.parse(Buffer.from(value).toString()));
    return typeof row.song === 'string' ? { ok: true, row } : { ok: false, path: 'song', reason: 'no song' };
  } catch {
    return { ok: false, path: '', reason: 'not JSON' };
  }
}

const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });
const instant = fc.integer({ min: 0, max: 253_402_300_799_999 });
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('', 'Ólafur "Ö"\n', '\u0000', '𝄞', 'a'.repeat(9_000)),
);
const double = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value));

const event = fc.record({
  song: text,
  tag: optional(text),
  plays: fc.maxSafeInteger(),
  rank: optional(fc.maxSafeInteger()),
  seconds: double,
  lat: optional(double),
  paid: optional(fc.boolean()),
  ts: instant,
  registration: optional(instant),
});

const good = event.map((row) => ({ row, value: Buffer.from(JSON.stringify(row)) }));
const bad = fc.oneof(
  fc.constant(null),
  fc.constantFrom('', '{', '{"song":1}', 'null').map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 9 }).map(notJson),
);
const records = fc.array(
  fc.oneof(
    good,
    bad.map((value) => ({ row: null, value })),
  ),
  { maxLength: 40 },
);

function notJson(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from([0xff, ...bytes]);
}

function recordOf(value: Uint8Array | string | null, offset: number): LogRecord {
  return {
    partition: 2,
    offset,
    timestamp: 1_795_000_000_123 + offset,
    value: typeof value === 'string' ? Buffer.from(value) : value,
  };
}

const micros = (ms: number): bigint => BigInt(ms) * 1_000n;

/** The row that a reader must find, its integers and instants as bigint, its nulls as null. */
function expectedRow(row: Readonly<Record<string, unknown>>, columns: readonly Column[]): Readonly<Record<string, unknown>> {
  const cells = columns.map(({ name, type }) => {
    const value = row[name] ?? null;
    if (typeof value !== 'number' || type === 'float64') return [name, value] as const;
    return [name, type === 'timestamp' ? micros(value) : BigInt(value)] as const;
  });
  return Object.fromEntries(cells);
}

function lineage({ partition, offset, timestamp }: LogRecord): Readonly<Record<string, unknown>> {
  return {
    _epoch: 3,
    _partition: partition,
    _offset: offset,
    _kafka_time: timestamp,
    _landed_hour: Date.parse(`${HOUR}:00:00Z`),
  };
}

/** What every encoder must do; `open` gives one for these contracts by topic. */
export function describeEncoder(name: string, open: (contracts: ReadonlyMap<string, Contract>) => Encoder): void {
  const encoder = open(new Map([[TOPIC, contract]]));
  const encode = (all: readonly LogRecord[]) => encoder.encode({ topic: TOPIC, epoch: 3, landedHour: HOUR, records: all });

  describe(`${name} as Encoder`, () => {
    it('makes each record a row or a dead letter, equal when read back', async () => {
      await fc.assert(
        fc.asyncProperty(records, async (made) => {
          const all = made.map(({ value }, index) => recordOf(value, 1_000 + index));
          const { rows, deadLetters } = await encode(all);
          const wanted = made.flatMap(({ row }, index) => {
            const record = all[index];
            return row === null || record === undefined
              ? []
              : [expectedRow({ ...row, ...lineage(record) }, [...COLUMNS, ...LINEAGE])];
          });
          expect(await readParquet(rows?.content ?? null)).toEqual(wanted);
          expect(rows?.rows ?? 0).toBe(wanted.length);
          expect(deadLetters?.rows ?? 0).toBe(made.length - wanted.length);
          expect(await readParquet(deadLetters?.content ?? null)).toEqual(
            all.filter((_, index) => made[index]?.row === null).map((record) => expectedDeadLetter(record)),
          );
        }),
        { numRuns: 60 },
      );
    }, 120_000);

    it('gives the same bytes for the same records, and their digest', async () => {
      const all = fc.sample(good, { numRuns: 50, seed: 7 }).map(({ value }, index) => recordOf(value, index));
      const [first, second] = [await encode(all), await encode(all)];
      expect(Buffer.from(first.rows?.content ?? []).equals(second.rows?.content ?? Buffer.from('none'))).toBe(true);
      expect(first.rows?.digest).toBe(
        createHash('sha256')
          .update(first.rows?.content ?? '')
          .digest('hex'),
      );
    });

    it('has neither file for no record, and one for all of one kind', async () => {
      expect(await encode([])).toEqual({ rows: null, deadLetters: null });
      expect(await encode([recordOf(null, 0)])).toMatchObject({ rows: null, deadLetters: { rows: 1 } });
      expect(await encode([recordOf('{"song":"a"}', 0)])).toMatchObject({ rows: { rows: 1 }, deadLetters: null });
    });

    it('tells the ranges of the columns that readers skip by', async () => {
      const { rows, deadLetters } = await encode([
        recordOf('{"song":"a","ts":1795132800123}', 5),
        recordOf('{"song":"b","ts":0}', 9),
        recordOf('{', 11),
      ]);
      expect(rows?.ranges).toEqual({
        _partition: { min: 2, max: 2 },
        _offset: { min: 5, max: 9 },
        _kafka_time: { min: '2026-11-18T11:06:40.128000Z', max: '2026-11-18T11:06:40.132000Z' },
        _landed_hour: { min: '2026-11-20T07:00:00.000000Z', max: '2026-11-20T07:00:00.000000Z' },
        ts: { min: '1970-01-01T00:00:00.000000Z', max: '2026-11-20T00:00:00.123000Z' },
      });
      expect(deadLetters?.ranges).toMatchObject({ _offset: { min: 11, max: 11 } });
    });

    it('has no range for a column of nulls', async () => {
      const { rows } = await encode([recordOf('{"song":"a"}', 5)]);
      expect(rows?.ranges.ts).toBeUndefined();
    });

    it('brings a Kafka time that no store can hold to the nearest that it can', async () => {
      const times = [-1, Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, 9.2e18];
      const { rows } = await encode(times.map((timestamp, offset) => ({ ...recordOf('{"song":"a"}', offset), timestamp })));
      const [last, first] = [253_402_300_799_999, -62_135_596_800_000].map(micros);
      expect((await readParquet(rows?.content ?? null)).map((row) => row._kafka_time)).toEqual([-1_000n, last, first, last]);
    });

    it('writes text without UTF-8 as replacement characters', async () => {
      const { rows } = await encode([recordOf('{"song":"a\\ud800b","tag":"\\udc00"}', 0)]);
      expect(await readParquet(rows?.content ?? null)).toMatchObject([{ song: 'a\ufffdb', tag: '\ufffd' }]);
    });

    it('takes text of megabytes among short ones', async () => {
      const long = 'é'.repeat(1_000_000);
      const { rows } = await encode(['a', long, 'b', long].map((song, offset) => recordOf(JSON.stringify({ song }), offset)));
      expect((await readParquet(rows?.content ?? null)).map((row) => row.song)).toEqual(['a', long, 'b', long]);
    });

    it('takes 50,000 records in order', async () => {
      const all = Array.from({ length: 50_000 }, (_, offset) =>
        recordOf(JSON.stringify({ song: `s${String(offset % 7)}` }), offset),
      );
      const { rows } = await encode(all);
      const offsets = (await readParquet(rows?.content ?? null)).map((row) => row._offset);
      expect(offsets).toEqual(all.map(({ offset }) => BigInt(offset)));
    });

    it('knows only the topics it has contracts for', async () => {
      const segment = { topic: 'unheard', epoch: 0, landedHour: HOUR, records: [] };
      await expect(encoder.encode(segment)).rejects.toMatchObject({
        code: 'BAD_ASSET',
        message: expect.stringContaining('unheard'),
      });
    });
  });
}

function expectedDeadLetter(record: LogRecord): Readonly<Record<string, unknown>> {
  const refused = decode(record.value);
  if (refused.ok) throw new Error('the record is good');
  const raw = record.value === null ? null : Buffer.from(record.value).toString('base64');
  const { path, reason } = refused;
  return expectedRow({ ...lineage(record), topic: TOPIC, path, reason, raw_base64: raw }, DEAD_LETTER);
}
