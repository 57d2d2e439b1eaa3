import fc from 'fast-check';
import { loadZstd } from '../zstd/load.ts';
import { inflate } from './compression.ts';
import { lz4Bound, zstdBound } from './compressed-size.ts';
import { packed, TEST_CODECS, type TestCodec } from './test-batches.ts';

const NUMBERS: Readonly<Record<TestCodec, number>> = { none: 0, gzip: 1, snappy: 2, xerial: 2, lz4: 3, zstd: 4 };
const place = 'topic plays, partition 3, record batch at offset 7';

const inflated = (name: TestCodec, body: Buffer, limit?: number): Promise<Buffer> =>
  inflate({ codec: NUMBERS[name], body, place }, limit);

beforeAll(loadZstd);

describe.each(TEST_CODECS)('inflate %s', (name) => {
  it('gives back what was compressed', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 20_000 })).map(([part, times]) => {
        return Uint8Array.from(Buffer.concat(Array.from({ length: times }, () => part)));
      }),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async (sent) => {
        expect((await inflated(name, packed(name, Buffer.from(sent)))).equals(Buffer.from(sent))).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('refuses what becomes larger than it may', async () => {
    const body = packed(name, Buffer.alloc(9_000_000, 'a'));
    await expect(inflated(name, body, 4_000_000)).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringMatching(/offset 7: its \w+ becomes more than 4000000 bytes/),
    });
    expect(await inflated(name, body, 13_000_000)).toHaveLength(9_000_000);
  });

  it('takes no damage for data, or says what it is', async () => {
    if (name === 'none') return;
    const sent = Buffer.from('some text that is said again: some text that is said again'.repeat(50));
    const body = packed(name, sent);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: body.length - 1 }), async (length) => {
        fc.pre(name !== 'xerial' || length !== 16); // no block at all is sound
        await expect(inflated(name, body.subarray(0, length))).rejects.toMatchObject({
          code: 'DAMAGED',
          message: expect.stringContaining(place),
        });
      }),
    );
  });
});

describe('the size that framing tells', () => {
  it.each([
    ['lz4', lz4Bound],
    ['zstd', zstdBound],
  ] as const)('is near to that of %s, and never below', (name, bound) => {
    for (const size of [0, 1, 1_000, 65_536, 131_073, 3_000_000]) {
      const told = bound(packed(name, Buffer.alloc(size, 'abc')));
      expect(told).toBeGreaterThanOrEqual(size);
      expect(told).toBeLessThanOrEqual(size + 4_194_304);
    }
  });
});
