import { wasmMemory } from 'parquet-wasm/node';
import { z } from 'zod';
import { CONTRACTS, describeEncoder, encode, recordsWith } from '../contract/encoder.ts';
import type { Contract } from '../../core/assets.ts';
import { createArrowEncoder } from './encoder.ts';

describeEncoder('arrow', () => createArrowEncoder(CONTRACTS));

/** Bytes that the encoder's WebAssembly holds; its types belong to browsers. */
function wasmBytes(): number {
  const memory: unknown = wasmMemory();
  return z.object({ buffer: z.object({ byteLength: z.number() }) }).parse(memory).buffer.byteLength;
}

const anything: Contract = {
  columns: [{ name: 'plays', type: 'int64', required: true, description: 'Plays.' }],
  rules: null,
  decode: (value) => ({ ok: true, row: JSON.parse(Buffer.from(value ?? []).toString()) }),
};

describe('arrow', () => {
  const encoder = createArrowEncoder(new Map([['plays', anything]]));

  it('gives its memory back', async () => {
    const large = recordsWith(Array.from({ length: 20_000 }, (_, plays) => JSON.stringify({ plays })));
    await encode(encoder, large);
    const before = wasmBytes();
    for (let time = 0; time < 40; time += 1) await encode(encoder, large);
    expect(wasmBytes()).toBe(before);
  });

  it.each(['{"plays":1.5}', '{"plays":"1"}', '{"plays":9007199254740993}'])(
    'names the column that a contract lets %s into',
    async (text) => {
      await expect(encode(encoder, recordsWith([text]))).rejects.toMatchObject({
        code: 'BAD_ASSET',
        message: expect.stringContaining('column plays'),
      });
    },
  );
});
