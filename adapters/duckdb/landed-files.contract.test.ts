import { mkdtempSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { parseHour } from '../../core/hours.ts';
import type { EncodedFile } from '../../core/ports/encoder.ts';
import { chunkOf } from '../../core/records.ts';
import { createArrowEncoder } from '../arrow/encoder.ts';
import { createColumnarEncoder } from '../columnar/encoder.ts';
import { CONTRACTS, encode, recordsWith } from '../contract/encoder.ts';
import { play, recordBytes } from '../contract/mutated-records.ts';
import { readParquet } from '../contract/parquet-rows.ts';
import { createDuckDbLandedFiles } from './landed-files.ts';

const HEADING = { topic: 'plays', landedHour: parseHour('2026-11-20T07', 'test') };

const scratchDir = mkdtempSync(join(tmpdir(), 'soundflow-files-test-'));
const files = createDuckDbLandedFiles({ scratchDir });
afterAll(() => {
  rmSync(scratchDir, { recursive: true, force: true });
});

const columnar = createColumnarEncoder(CONTRACTS);
const encoders = [
  { name: 'columnar', encoder: columnar },
  { name: 'arrow', encoder: createArrowEncoder(CONTRACTS) },
];

function rowsOf(file: EncodedFile | null): EncodedFile {
  if (file === null) throw new Error('no rows');
  return file;
}

async function fileWith(partition: number, from: number, epoch = 3): Promise<EncodedFile> {
  const events = fc.sample(play, { numRuns: 20, seed: partition + from }).map((event) => JSON.stringify(event));
  const segment = columnar.open(HEADING);
  await segment.add(chunkOf(partition, recordsWith(events, from)), epoch);
  return rowsOf((await segment.finish()).rows);
}

describe.each(encoders)('files of $name', ({ encoder }) => {
  it('hold what was said of them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(recordBytes, { maxLength: 60 }), async (values) => {
        const { rows, deadLetters } = await encode(encoder, recordsWith(values));
        for (const file of [rows, deadLetters]) {
          if (file !== null) expect(await files.inspect(file.content)).toEqual({ rows: file.rows, ranges: file.ranges });
        }
      }),
      { numRuns: 20 },
    );
  }, 120_000);

  it('give their dead letters back as they were', async () => {
    const values = [Buffer.from([0xff, 0, 1]), null, '', '{"song":1}', Buffer.alloc(300_000, 0xe2)];
    const { deadLetters } = await encode(encoder, recordsWith(values));
    const letters = await files.deadLetters(rowsOf(deadLetters).content);
    expect(letters.map(({ raw }) => (raw === null ? null : Buffer.from(raw).toString('hex')))).toEqual(
      values.map((value) => (value === null ? null : Buffer.from(value).toString('hex'))),
    );
    expect(letters.map(({ epoch, partition, offset, at }) => [epoch, partition, offset, at])).toEqual(
      values.map((_, index) => [3, 2, 1_000 + index, 1_795_000_000_123 + index]),
    );
    expect(letters[3]).toMatchObject({ path: 'song', reason: expect.stringContaining('expected string') });
  });

  it('are joined with those of the other', async () => {
    const { rows } = await encode(encoder, recordsWith(['{"song":"a","plays":1,"seconds":1,"ts":1}']));
    const merged = await files.merge([rowsOf(rows).content, (await fileWith(0, 10)).content]);
    expect(merged.rows).toBe(21);
  });
});

describe('joined files', () => {
  it('hold the same rows, by epoch, partition and offset', async () => {
    const parts = [await fileWith(1, 40), await fileWith(0, 20), await fileWith(0, 0), await fileWith(0, 0, 2)];
    const merged = await files.merge(parts.map(({ content }) => content));
    const all = (await Promise.all(parts.map(({ content }) => readParquet(content)))).flat();
    const keyOf = (row: Readonly<Record<string, unknown>>) =>
      [row._epoch, row._kafka_partition, row._offset].map((part) => String(part).padStart(9, '0')).join();
    expect(await readParquet(merged.content)).toEqual(all.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)));
    expect(merged.rows).toBe(80);
    expect(merged.ranges).toMatchObject({
      _epoch: { min: 2, max: 3 },
      _kafka_partition: { min: 0, max: 1 },
      _offset: { min: 0, max: 59 },
    });
    expect(await files.inspect(merged.content)).toEqual({ rows: merged.rows, ranges: merged.ranges });
  });

  it('have the same bytes in whatever order they are given', async () => {
    const parts = [await fileWith(1, 40), await fileWith(0, 20)].map(({ content }) => content);
    expect(await files.merge(parts)).toEqual(await files.merge(parts.toReversed()));
  });

  it('have the columns of all, null where a file did not have one', async () => {
    const { rows } = await encode(columnar, recordsWith(['{"song":"a","plays":1,"seconds":1,"ts":1,"extra":5}'], 0), {
      heading: { ...HEADING, topic: 'keeping' },
    });
    const merged = await files.merge([(await fileWith(2, 1)).content, rowsOf(rows).content]);
    const [first, ...others] = (await readParquet(merged.content)).map((row) => row.unknown_fields);
    expect([first, new Set(others)]).toEqual(['{"extra":5}', new Set([null])]);
  });
});

describe('a file that is none', () => {
  it.each([
    ['nothing', () => Promise.resolve(new Uint8Array())],
    ['text', () => Promise.resolve(Buffer.from('PAR1 this is no Parquet file PAR1'))],
    ['half a file', async () => (await fileWith(0, 0)).content.subarray(0, 900)],
    [
      'a file with a hole',
      async () => {
        const { content } = await fileWith(0, 0);
        return Buffer.from(content).fill(0, 200, 700);
      },
    ],
  ])('is told as damaged: %s', async (_, make) => {
    const content = await make();
    await expect(files.inspect(content)).rejects.toMatchObject({
      code: 'DAMAGED',
      message: expect.stringContaining('Rebuild'),
    });
    await expect(files.merge([(await fileWith(0, 0)).content, content])).rejects.toMatchObject({ code: 'DAMAGED' });
    await expect(files.deadLetters(content)).rejects.toMatchObject({ code: 'DAMAGED' });
  });

  it('leaves nothing in the scratch folder', async () => {
    await expect(files.inspect(new Uint8Array())).rejects.toMatchObject({ code: 'DAMAGED' });
    await files.merge([(await fileWith(0, 0)).content]);
    expect((await readdir(scratchDir, { recursive: true })).filter((name) => name.endsWith('.parquet'))).toEqual([]);
  });
});
