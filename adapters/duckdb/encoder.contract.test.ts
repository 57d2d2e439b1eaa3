import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Contract } from '../../core/assets.ts';
import { LINEAGE } from '../../core/columns.ts';
import { parseHour } from '../../core/hours.ts';
import type { EncodedSegment } from '../../core/ports/encoder.ts';
import { createSieve, type Sieve } from '../../core/sieve.ts';
import { createArrowEncoder } from '../arrow/encoder.ts';
import { expectedRows } from '../contract/encoded-rows.ts';
import { CONTRACTS, describeEncoder, encode, readBack, recordsWith } from '../contract/encoder.ts';
import { playContract, recordBytes } from '../contract/mutated-records.ts';
import { poisonCorpus } from '../contract/poison-corpus.ts';
import { withMemory } from './database.ts';
import { createDuckDbEncoder, type DuckDbEncoderOptions } from './encoder.ts';
import { HEAD_FIELDS } from './line-buffer.ts';

const homes: string[] = [];

async function newFolder(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'soundflow-scratch-test-'));
  homes.push(home);
  return home;
}

afterAll(async () => {
  for (const home of homes) await rm(home, { recursive: true, force: true });
});

describeEncoder('duckdb', () => createDuckDbEncoder({ contracts: CONTRACTS, scratchDir: null }));

async function withEncoder(
  options: Partial<DuckDbEncoderOptions>,
  work: (encoder: ReturnType<typeof createDuckDbEncoder>, scratchDir: string) => Promise<void>,
): Promise<void> {
  const scratchDir = await newFolder();
  const encoder = createDuckDbEncoder({ contracts: CONTRACTS, scratchDir, ...options });
  try {
    await work(encoder, scratchDir);
  } finally {
    await encoder.close();
  }
}

const HEADING = { topic: 'plays', landedHour: parseHour('2026-11-20T07', 'test') };
const inEpoch = (records: ReturnType<typeof recordsWith>) => records.map((record) => ({ ...record, epoch: 3 }));

describe('both encoders', () => {
  it('give the same rows, dead letters, ranges and drift', async () => {
    const arrow = createArrowEncoder(CONTRACTS);
    await withEncoder({}, async (duckdb) => {
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom('plays', 'keeping'),
          fc.array(recordBytes, { maxLength: 300 }),
          async (topic, values) => {
            const how = { heading: { ...HEADING, topic } };
            const [one, other] = [await encode(duckdb, recordsWith(values), how), await encode(arrow, recordsWith(values), how)];
            expect(await readBack(one)).toEqual(await readBack(other));
            expect([one.drift, one.rows?.ranges, one.deadLetters?.ranges]).toEqual([
              other.drift,
              other.rows?.ranges,
              other.deadLetters?.ranges,
            ]);
          },
        ),
        { numRuns: 60 },
      );
    });
  }, 240_000);
});

describe('a plain record', () => {
  it('is read by DuckDB as the contract decodes it', async () => {
    const rules = playContract.rules;
    if (rules === null) throw new Error('no rules');
    const sieve = createSieve(rules);
    const isPlain = (bytes: Uint8Array) => {
      const text = Buffer.concat([bytes, Buffer.alloc(64)]);
      return sieve.isPlain(new DataView(text.buffer, text.byteOffset, text.length), 0, bytes.length);
    };
    const plain = fc
      .sample(recordBytes, { numRuns: 20_000, seed: 5 })
      .flatMap((bytes) => (bytes !== null && isPlain(bytes) ? [bytes] : []));
    expect(plain.length).toBeGreaterThan(1_000);
    await withEncoder({}, async (encoder) => {
      const records = recordsWith(plain);
      expect(await readBack(await encode(encoder, records))).toEqual(expectedRows(playContract, HEADING, inEpoch(records)));
    });
  }, 120_000);
});

/** Lets pass whatever looks like one line of an object: DuckDB, not the sieve, has to notice. */
function credulous(): Sieve {
  return {
    isPlain: (text, start, end) => end - start > 2 && text.getUint8(start) === 0x7b && !hasLineBreak(text, start, end),
    hadUnknown: () => true,
  };
}

function hasLineBreak(text: DataView, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (text.getUint8(at) === 0x0a) return true;
  return false;
}

/** What DuckDB reads without complaint, but as something else: to know these is the sieve's task alone. */
const SILENT =
  /^a (text|number|boolean|object|fraction of zero) for|negative zero|beyond a bound|below a bound|for a text|none of an enumeration|null for an optional|trailing comma|after the year|beyond the safe|of the encoder|not UTF-8|overlong|surrogate|cut off|NaN|comment|with an escape/;

describe('what DuckDB does not read', () => {
  const noticed = poisonCorpus.filter(({ name }) => !SILENT.test(name));

  it('is left to the contract even when the sieve let it pass', async () => {
    await withEncoder({ sieveOf: credulous }, async (encoder) => {
      for (const { value } of noticed) {
        const records = recordsWith([value, '{"song":"b","plays":1,"seconds":2,"ts":3}']);
        expect(await readBack(await encode(encoder, records))).toEqual(expectedRows(playContract, HEADING, inEpoch(records)));
      }
    });
  }, 120_000);

  it('costs only itself among many', async () => {
    const good = (index: number) => JSON.stringify({ song: `s${String(index)}`, plays: index, seconds: index / 4, ts: index });
    const bad = new Map([
      [3, '{"song":"x","plays":1,"seconds":2}'],
      [2_500, '{"song":"x","plays":1.5,"seconds":2,"ts":3}'],
      [2_501, '{"song":"x","plays":'],
      [7_999, '{"song":"x","plays":1e2,"seconds":1e1,"ts":3,"song":"y"}'],
    ]);
    const records = recordsWith(Array.from({ length: 8_000 }, (_, index) => bad.get(index) ?? good(index)));
    await withEncoder({ sieveOf: credulous }, async (encoder) => {
      expect(await readBack(await encode(encoder, records))).toEqual(expectedRows(playContract, HEADING, inEpoch(records)));
    });
  }, 60_000);

  it('is an error that says what to do when it is what the contract made', async () => {
    const broken: Contract = {
      columns: [{ name: 'plays', type: 'int64', required: true, description: 'Plays.' }],
      rules: null,
      decode: () => ({ ok: true, row: {} }),
    };
    await withEncoder({ contracts: new Map([['plays', broken]]) }, async (encoder) => {
      await expect(encode(encoder, recordsWith(['{}']))).rejects.toMatchObject({
        code: 'BAD_ASSET',
        message: expect.stringContaining('LANDING_ENCODER=arrow'),
      });
    });
  });

  it.each(['{"plays":1.5}', '{"plays":"1"}', '{"plays":9007199254740993}'])(
    'names the column that a contract lets %s into',
    async (text) => {
      const anything: Contract = {
        columns: [{ name: 'plays', type: 'int64', required: true, description: 'Plays.' }],
        rules: null,
        decode: (value) => ({ ok: true, row: JSON.parse(Buffer.from(value ?? []).toString()) }),
      };
      await withEncoder({ contracts: new Map([['plays', anything]]) }, async (encoder) => {
        await expect(encode(encoder, recordsWith([text]))).rejects.toMatchObject({
          code: 'BAD_ASSET',
          message: expect.stringContaining('column plays'),
        });
      });
    },
  );

  it('is not tried when a field has a name of the encoder', async () => {
    const columns = [{ name: '_O', type: 'int64' as const, required: true, description: 'Taken.' }];
    await withEncoder({ contracts: new Map([['plays', { ...playContract, columns }]]) }, async (encoder) => {
      await Promise.resolve();
      expect(() => encoder.open(HEADING)).toThrow(/field _O has a name that the encoder uses itself/);
    });
  });
});

describe('large records', () => {
  it.each([
    [1_000_000, 60],
    [20_000, 3_000],
  ])(
    'of %i bytes, %i of them and not to be compressed, fit the memory that a segment has',
    async (bytes, count) => {
      await withEncoder({}, async (encoder) => {
        const songs = Array.from({ length: count }, () => randomBytes(bytes / 2).toString('hex'));
        const records = recordsWith(songs.map((song) => JSON.stringify({ song, plays: 1, seconds: 2, ts: 3 })));
        const { rows } = await encode(encoder, records, { size: 20 });
        expect(rows?.rows).toBe(count);
      });
    },
    120_000,
  );
});

describe('the scratch folder', () => {
  const listing = async (folder: string) => readdir(folder, { recursive: true });

  it('is empty after a segment is finished or given up, and gone when the encoder is closed', async () => {
    const folder = await newFolder();
    const encoder = createDuckDbEncoder({ contracts: CONTRACTS, scratchDir: folder });
    await encode(encoder, recordsWith(['{}', null, '{"song":"b","plays":1,"seconds":2,"ts":3}']));
    const segment = encoder.open(HEADING);
    await segment.add({ ...emptyChunk }, 0);
    await segment.discard();
    expect(await listing(folder)).toHaveLength(1);
    await encoder.close();
    expect(await listing(folder)).toEqual([]);
  });

  it('is cleared of what processes that ended left behind, and of nothing else', async () => {
    const folder = await newFolder();
    const prefix = `soundflow-scratch-${hostname().replaceAll(/[^A-Za-z0-9]/g, '_')}-`;
    const ended = 2 ** 22 + 1;
    for (const name of [
      `${prefix}${String(ended)}-abcdef`,
      `${prefix}1-abcdef`,
      'other',
      'soundflow-scratch-elsewhere-5-abcdef',
    ]) {
      await mkdir(join(folder, name));
      await writeFile(join(folder, name, '1.json'), '{}');
    }
    const encoder = createDuckDbEncoder({ contracts: CONTRACTS, scratchDir: folder });
    await encode(encoder, recordsWith([null]));
    await encoder.close();
    expect((await readdir(folder)).sort()).toEqual(['other', `${prefix}1-abcdef`, 'soundflow-scratch-elsewhere-5-abcdef'].sort());
  });

  it('that cannot be made is an error that says what to do, and is tried again', async () => {
    const folder = await newFolder();
    const place = join(folder, 'file');
    await writeFile(place, '');
    const encoder = createDuckDbEncoder({ contracts: CONTRACTS, scratchDir: place });
    await expect(encode(encoder, recordsWith([null]))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('LANDING_SCRATCH'),
    });
    await rm(place);
    await expect(encode(encoder, recordsWith([null]))).resolves.toMatchObject({ deadLetters: { rows: 1 } });
    await encoder.close();
  });
});

const emptyChunk = {
  partition: 0,
  count: 0,
  offsets: new Float64Array(),
  timestamps: new Float64Array(),
  starts: new Int32Array(),
  ends: new Int32Array(),
  bytes: new Uint8Array(),
  mark: null,
};

describe('the scanner', () => {
  it('changes nothing: the same bytes and the same drift as by the sieve alone', async () => {
    const records = recordsWith(fc.sample(recordBytes, { numRuns: 4_000, seed: 11 }));
    const reserved = Object.values(HEAD_FIELDS);
    const sieveOf = ({ rules }: Contract): Sieve => (rules === null ? credulous() : createSieve(rules, reserved));
    const outcome = async (options: Partial<DuckDbEncoderOptions>) => {
      let encoded: EncodedSegment | null = null;
      await withEncoder(options, async (encoder) => {
        encoded = await encode(encoder, records, { size: 500 });
      });
      return encoded;
    };
    const scanned = await outcome({});
    expect(scanned).toEqual(await outcome({ sieveOf }));
    expect(scanned).toMatchObject({ rows: { digest: expect.any(String) }, deadLetters: { digest: expect.any(String) } });
  }, 120_000);
});

describe('the file', () => {
  it('has INT64 instants in UTC, nullable columns, and the contract’s order', async () => {
    await withEncoder({}, async (encoder, folder) => {
      const { rows } = await encode(encoder, recordsWith(['{"song":"b","plays":1,"seconds":2,"ts":3}']));
      const file = join(folder, 'file.parquet');
      await writeFile(file, rows?.content ?? '');
      const schema = await withMemory(async (connection) =>
        (
          await connection.runAndReadAll(`select name, type, repetition_type, logical_type from parquet_schema('${file}')`)
        ).getRows(),
      );
      const columns = [...playContract.columns, ...LINEAGE];
      expect(schema.slice(1).map(([name]) => name)).toEqual(columns.map(({ name }) => name));
      expect(new Set(schema.slice(1).map(([, , repetition]) => repetition))).toEqual(new Set(['OPTIONAL']));
      for (const name of ['ts', 'registration', '_kafka_time', '_landed_hour']) {
        const [, type, , logical] = schema.find(([column]) => column === name) ?? [];
        expect([type, String(logical)]).toEqual(['INT64', expect.stringMatching(/isAdjustedToUTC=1, unit=.*MicroSeconds/)]);
      }
    });
  });
});
