import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { z } from 'zod';
import type { Contract } from '../../core/assets.ts';
import { LINEAGE, type Column } from '../../core/columns.ts';
import { parseHour } from '../../core/hours.ts';
import type { EncodedSegment } from '../../core/ports/encoder.ts';
import { createArrowEncoder } from '../arrow/encoder.ts';
import { expectedRows } from '../contract/encoded-rows.ts';
import { CONTRACTS, describeEncoder, encode, readBack, recordsWith } from '../contract/encoder.ts';
import { play, playContract, recordBytes } from '../contract/mutated-records.ts';
import { readParquet } from '../contract/parquet-rows.ts';
import { withMemory } from '../duckdb/database.ts';
import { createColumnarEncoder } from './encoder.ts';

const HEADING = { topic: 'plays', landedHour: parseHour('2026-11-20T07', 'test') };
const inEpoch = (records: ReturnType<typeof recordsWith>) => records.map((record) => ({ ...record, epoch: 3 }));
const jsonOf = (events: readonly unknown[]) => events.map((event) => JSON.stringify(event));

const Row = z.record(z.string(), z.unknown());

describeEncoder('columnar', () => createColumnarEncoder(CONTRACTS));
describeEncoder('columnar in groups of five rows', () => createColumnarEncoder(CONTRACTS, { groupRows: 5, pageBytes: 10 }));
describeEncoder('columnar in pages of three texts', () => createColumnarEncoder(CONTRACTS, { groupRows: 1_000, pageBytes: 60 }));

describe('both encoders', () => {
  it('give the same rows, dead letters, ranges and drift', async () => {
    const [arrow, columnar] = [createArrowEncoder(CONTRACTS), createColumnarEncoder(CONTRACTS)];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('plays', 'keeping'), fc.array(recordBytes, { maxLength: 300 }), async (topic, values) => {
        const how = { heading: { ...HEADING, topic } };
        const [one, other] = [await encode(columnar, recordsWith(values), how), await encode(arrow, recordsWith(values), how)];
        expect(await readBack(one)).toEqual(await readBack(other));
        expect([one.drift, one.rows?.ranges, one.deadLetters?.ranges]).toEqual([
          other.drift,
          other.rows?.ranges,
          other.deadLetters?.ranges,
        ]);
      }),
      { numRuns: 60 },
    );
  }, 240_000);
});

/** The contract of a topic with only these columns, all optional and as JSON has them. */
function contractFor(columns: readonly (readonly [name: string, type: Column['type']])[]): Contract {
  const kinds = {
    int64: 'integer',
    timestamp: 'integer',
    float64: 'number',
    string: 'text',
    boolean: 'boolean',
    bytes: 'text',
  } as const;
  return {
    columns: columns.map(([name, type]) => ({ name, type, required: false, description: `The ${name}.` })),
    rules: {
      fields: columns.map(([name, type]) => ({
        ...{ name, kind: kinds[type], required: false, values: null },
        ...{ min: -Infinity, max: Infinity, isWhole: true },
      })),
      allowsUnknown: true,
    },
    decode: (value) => ({ ok: true, row: Row.parse(JSON.parse(Buffer.from(value ?? []).toString())) }),
  };
}

async function rowsOf(contract: Contract, values: readonly string[]) {
  const { rows } = await encode(createColumnarEncoder(new Map([['plays', contract]])), recordsWith(values, 0));
  return { rows: await readParquet(rows?.content ?? null), content: rows?.content ?? new Uint8Array() };
}

describe('a number', () => {
  it('is the double nearest to its decimal, as JavaScript reads it', async () => {
    const digits = fc.stringMatching(/^(0|[1-9][0-9]{0,16})$/);
    const decimal = fc.oneof(
      fc.tuple(digits, fc.stringMatching(/^[0-9]{1,16}$/)).map(([whole, part]) => `${whole}.${part}`.slice(0, 18)),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
      digits,
    );
    const halves = ['9007199254740993', '9007199254740993.5', '0.30000000000000004', '1.0000000000000002', '5e-324', '0.0', '0'];
    const texts = [...fc.sample(decimal, { numRuns: 20_000, seed: 3 }), ...halves].filter((text) => !text.endsWith('.'));
    const { rows } = await rowsOf(
      contractFor([['x', 'float64']]),
      texts.map((text) => `{"x":${text}}`),
    );
    expect(rows.map(({ x }) => x)).toEqual(texts.map((text) => Number(text) + 0));
  }, 60_000);
});

describe('columns of many rows', () => {
  const ROWS = 140_000;

  it('come back in order, over more than one group, whether values repeat, grow, are all different, or are missing', async () => {
    const contract = contractFor([
      ['few', 'string'],
      ['many', 'string'],
      ['unique', 'string'],
      ['grows', 'int64'],
      ['wanders', 'int64'],
      ['at', 'timestamp'],
      ['size', 'float64'],
      ['flag', 'boolean'],
      ['never', 'string'],
    ]);
    const event = (index: number) => ({
      few: `f${String(index % 3)}`,
      many: index % 5 === 0 ? undefined : `m${String(((index >> 1) * 7_919) % 30_011)}`,
      unique: index % 9 === 0 ? undefined : `u${String((index * 104_729) % 1_000_003)}`,
      grows: index * 3,
      wanders: ((index >> 1) * 48_271) % 65_537,
      at: 1_795_000_000_000 + ((index * 31) % 5_000),
      size: ((index * 13) % 9_973) / 8,
      flag: index % 7 === 0 ? undefined : index % 2 === 0,
    });
    const events = Array.from({ length: ROWS }, (_, index) => event(index));
    const { rows, content } = await rowsOf(contract, jsonOf(events));
    expect(rows).toHaveLength(ROWS);
    const wrong = rows.findIndex((row, index) => {
      const { few, many, unique, grows, wanders, at, size, flag } = event(index);
      const wanted = [
        few,
        many ?? null,
        unique ?? null,
        BigInt(grows),
        BigInt(wanders),
        BigInt(at) * 1_000n,
        size,
        flag ?? null,
        null,
      ];
      return [...wanted, BigInt(index)].some((value, place) => {
        const name = [...contract.columns.map((column) => column.name), '_offset'][place] ?? '';
        return row[name] !== value;
      });
    });
    expect(wrong).toBe(-1);
    const groups = await metadataOf(content);
    expect(new Set(groups.map(({ group }) => group)).size).toBe(2);
    const encodings = new Map(groups.map(({ column, encoding }) => [column, encoding]));
    for (const name of ['few', 'many', 'wanders']) expect(encodings.get(name)).toContain('PLAIN_DICTIONARY');
    expect([encodings.get('unique'), encodings.get('grows'), encodings.get('_offset')]).toEqual([
      'PLAIN, RLE',
      'PLAIN, RLE',
      'PLAIN, RLE',
    ]);
  }, 120_000);

  it('tell their bounds as DuckDB finds them', async () => {
    const contract = contractFor([
      ['text', 'string'],
      ['whole', 'int64'],
      ['size', 'float64'],
      ['flag', 'boolean'],
    ]);
    const one = fc.record({
      text: fc.string({ unit: 'binary', maxLength: 40 }),
      whole: fc.integer(),
      size: fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }).map((value) => Number(value.toFixed(3)) + 0),
      flag: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(one, { minLength: 1, maxLength: 40 }), async (events) => {
        const { content } = await rowsOf(contract, jsonOf(events));
        for (const { column, min, max, seenMin, seenMax } of await metadataOf(content)) {
          if (column === 'text' || column === 'whole') expect([column, min, max]).toEqual([column, seenMin, seenMax]);
          else if (column === 'size') expect([Number(min), Number(max)]).toEqual([Number(seenMin) + 0 || -0, Number(seenMax)]);
          else if (column === 'flag') expect([min, max]).toEqual([seenMin, seenMax]);
        }
      }),
      { numRuns: 40 },
    );
  }, 120_000);

  it('tell texts apart that have one hash', async () => {
    const texts = collidingTexts();
    expect(texts.length).toBeGreaterThan(2);
    const { rows } = await rowsOf(contractFor([['x', 'string']]), jsonOf([...texts, ...texts, ...texts].map((x) => ({ x }))));
    expect(rows.map(({ x }) => x)).toEqual([...texts, ...texts, ...texts]);
  }, 60_000);

  it('come back when somebody chose values that fall on each other', async () => {
    const numbers = collidingIntegers(5_000);
    const { rows } = await rowsOf(contractFor([['x', 'int64']]), jsonOf([...numbers, ...numbers].map((x) => ({ x }))));
    expect(rows.map(({ x }) => Number(x))).toEqual([...numbers, ...numbers]);
  }, 60_000);
});

/** Texts of which some have the hash of another (columns.as.ts), beside others. */
function collidingTexts(): readonly string[] {
  const seen = new Map<bigint, string>();
  return Array.from({ length: 200_000 }, (_, index) => index.toString(36)).flatMap((text) => {
    const word = Buffer.alloc(8);
    word.write(text);
    const mixed = (((BigInt(text.length) * MIX) ^ word.readBigUInt64LE()) * MIX) & MASK;
    const hash = (mixed ^ (mixed >> 32n)) & 0xffffffffn;
    const other = seen.get(hash);
    seen.set(hash, text);
    return other === undefined ? [] : [other, text];
  });
}

const MIX = 0x9e3779b97f4a7c15n;
const MASK = (1n << 64n) - 1n;

/** Integers whose hash (columns.as.ts) ends alike, so that they crowd in one part of any table of 2 ** 13 places. */
function collidingIntegers(count: number): readonly number[] {
  const found: number[] = [];
  for (let value = 1; found.length < count; value += 1) {
    const mixed = (BigInt(value) * MIX) & MASK;
    const hash = (((mixed ^ (mixed >> 32n)) * MIX) & MASK) >> 32n;
    if ((hash & 0x1fffn) < 256n) found.push(value);
  }
  return found;
}

/** What a file says of its columns by group, and what is in them. */
async function metadataOf(content: Uint8Array) {
  const folder = await mkdtemp(join(tmpdir(), 'soundflow-columnar-'));
  const file = join(folder, 'file.parquet');
  try {
    await writeFile(file, content);
    return await withMemory(async (connection) => {
      const told = await connection.runAndReadAll(
        `select row_group_id, path_in_schema, encodings, stats_min_value, stats_max_value from parquet_metadata('${file}')`,
      );
      const rows = told.getRows();
      const seen = new Map<string, readonly unknown[]>();
      for (const name of new Set(rows.map(([, column]) => String(column)))) {
        const found = await connection.runAndReadAll(`select min("${name}")::varchar, max("${name}")::varchar from '${file}'`);
        seen.set(name, found.getRows()[0] ?? []);
      }
      return rows.map(([group, column, encoding, min, max]) => {
        const [seenMin, seenMax] = seen.get(String(column)) ?? [];
        return { group, column: String(column), encoding: String(encoding), min, max, seenMin, seenMax };
      });
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('large records', () => {
  it.each([
    [1_000_000, 60],
    [20_000, 3_000],
  ])(
    'of %i bytes, %i of them and not to be compressed, come back',
    async (bytes, count) => {
      const songs = Array.from({ length: count }, () => randomBytes(bytes / 2).toString('hex'));
      const records = recordsWith(songs.map((song) => JSON.stringify({ song, plays: 1, seconds: 2, ts: 3 })));
      const { rows } = await encode(createColumnarEncoder(CONTRACTS), records, { size: 20 });
      const digest = (song: unknown) => createHash('sha256').update(String(song)).digest('hex');
      expect((await readParquet(rows?.content ?? null)).map(({ song }) => digest(song))).toEqual(songs.map(digest));
    },
    120_000,
  );
});

describe('memory that segments take in turn', () => {
  it('leaves nothing of one in the next', async () => {
    const [shared, samples] = [
      createColumnarEncoder(CONTRACTS),
      fc.sample(fc.array(recordBytes, { maxLength: 200 }), { numRuns: 30, seed: 2 }),
    ];
    for (const [index, values] of samples.entries()) {
      const heading = { ...HEADING, topic: index % 2 === 0 ? 'plays' : 'keeping' };
      const records = recordsWith(values);
      const contract = CONTRACTS.get(heading.topic) ?? playContract;
      expect(await readBack(await encode(shared, records, { heading }))).toEqual(
        expectedRows(contract, heading, inEpoch(records)),
      );
    }
  }, 60_000);
});

describe('a plain record', () => {
  /** The contract, but for its decode: nobody may ask it. */
  const unasked: Contract = {
    ...playContract,
    decode: (value) => {
      throw new Error(`asked for ${Buffer.from(value ?? []).toString()}`);
    },
  };

  it('is taken without its contract', async () => {
    const events = fc.sample(play, { numRuns: 2_000, seed: 4 }).filter((event) => isPlainlyWritten(JSON.stringify(event)));
    expect(events.length).toBeGreaterThan(1_000);
    const records = recordsWith(jsonOf(events));
    const encoded: EncodedSegment = await encode(createColumnarEncoder(new Map([['plays', unasked]])), records);
    expect(await readBack(encoded)).toEqual(expectedRows(playContract, HEADING, inEpoch(records)));
  }, 60_000);
});

/** No number of more digits than a double holds, none with an exponent, and no choice with an escape: those the contract decides. */
function isPlainlyWritten(json: string): boolean {
  return !/\d{16}|\d[\d.]{17}|\de[+-]?\d|"level":"a /.test(json.replaceAll(/"(song|tag)":"(\\.|[^"\\])*"/g, ''));
}

describe('the file', () => {
  it('has INT64 instants in UTC, nullable columns, and the contract’s order', async () => {
    const { rows } = await encode(createColumnarEncoder(CONTRACTS), recordsWith(['{"song":"b","plays":1,"seconds":2,"ts":3}']));
    const folder = await mkdtemp(join(tmpdir(), 'soundflow-columnar-'));
    const file = join(folder, 'file.parquet');
    await writeFile(file, rows?.content ?? '');
    const schema = await withMemory(async (connection) =>
      (
        await connection.runAndReadAll(`select name, type, repetition_type, logical_type from parquet_schema('${file}')`)
      ).getRows(),
    );
    await rm(folder, { recursive: true });
    const columns = [...playContract.columns, ...LINEAGE];
    expect(schema.slice(1).map(([name]) => name)).toEqual(columns.map(({ name }) => name));
    expect(new Set(schema.slice(1).map(([, , repetition]) => repetition))).toEqual(new Set(['OPTIONAL']));
    for (const name of ['ts', 'registration', '_kafka_time', '_landed_hour']) {
      const [, type, , logical] = schema.find(([column]) => column === name) ?? [];
      expect([type, String(logical)]).toEqual(['INT64', expect.stringMatching(/isAdjustedToUTC=1, unit=.*MicroSeconds/)]);
    }
  });

  it('is refused when a contract lets a required value be missing', async () => {
    const careless: Contract = {
      columns: [{ name: 'plays', type: 'int64', required: true, description: 'Plays.' }],
      rules: null,
      decode: () => ({ ok: true, row: {} }),
    };
    await expect(encode(createColumnarEncoder(new Map([['plays', careless]])), recordsWith(['{}']))).rejects.toMatchObject({
      code: 'BAD_ASSET',
      message: expect.stringContaining('column plays: 1 rows became 0 values and 1 nulls'),
    });
  });

  it.each(['{"plays":1.5}', '{"plays":"1"}', '{"plays":9007199254740993}'])(
    'is refused with the column named that a contract lets %s into',
    async (text) => {
      const anything: Contract = { ...contractFor([['plays', 'int64']]), rules: null };
      await expect(encode(createColumnarEncoder(new Map([['plays', anything]])), recordsWith([text]))).rejects.toMatchObject({
        code: 'BAD_ASSET',
        message: expect.stringContaining('column plays'),
      });
    },
  );
});
