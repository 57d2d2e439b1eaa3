import { crc32c } from '@node-rs/crc32';
import fc from 'fast-check';
import { recordBatch } from './record-batch.ts';

/** Reads a batch by the format's description, not by the code that wrote it. */
function valuesIn(batch: Buffer): readonly string[] {
  let at = 61;
  const varint = () => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = batch.readUInt8(at++);
      value += (byte & 127) * factor;
      if (byte < 128) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    }
  };
  return Array.from({ length: batch.readInt32BE(57) }, (_, index) => {
    const end = varint() + at;
    expect([batch.readUInt8(at++), varint(), varint(), varint()]).toEqual([0, 0, index, -1]);
    const length = varint();
    const value = batch.toString('utf8', at, at + length);
    at += length;
    expect([varint(), at]).toEqual([0, end]);
    return value;
  });
}

test('a batch holds its values in order, its length and its checksum', () => {
  const values = fc.array(fc.string({ unit: 'grapheme', maxLength: 300 }), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(values, (texts) => {
      const batch = recordBatch(
        texts.map((text) => Buffer.from(text)),
        1_790_000_000_000,
      );
      expect(valuesIn(batch)).toEqual(texts);
      expect(batch.readInt32BE(8)).toBe(batch.length - 12);
      expect(batch.readInt32BE(23)).toBe(texts.length - 1);
      expect(batch.readUInt32BE(17)).toBe(crc32c(batch.subarray(21)));
    }),
    { numRuns: 50 },
  );
});
