import { wasmMemory } from 'parquet-wasm/node';
import { z } from 'zod';
import type { Contract } from '../../core/assets.ts';
import { parseHour } from '../../core/hours.ts';
import { describeEncoder } from '../contract/encoder.ts';
import { createArrowEncoder } from './encoder.ts';

describeEncoder('arrow', createArrowEncoder);

/** Bytes that the encoder's WebAssembly holds; its types belong to browsers. */
function wasmBytes(): number {
  const memory: unknown = wasmMemory();
  return z.object({ buffer: z.object({ byteLength: z.number() }) }).parse(memory).buffer.byteLength;
}

const anything: Contract = {
  columns: [{ name: 'plays', type: 'int64', required: true, description: 'Plays.' }],
  decode: (value) => ({ ok: true, row: JSON.parse(Buffer.from(value ?? []).toString()) }),
};

function segment(texts: readonly string[]) {
  const records = texts.map((text, offset) => ({ partition: 0, offset, timestamp: 0, value: Buffer.from(text) }));
  return { topic: 'plays', epoch: 0, landedHour: parseHour('2026-11-20T00', 'test'), records };
}

describe('arrow', () => {
  it('gives its memory back', async () => {
    const encoder = createArrowEncoder(new Map([['plays', anything]]));
    const large = segment(Array.from({ length: 20_000 }, (_, plays) => JSON.stringify({ plays })));
    await encoder.encode(large);
    const before = wasmBytes();
    for (let time = 0; time < 40; time += 1) await encoder.encode(large);
    expect(wasmBytes()).toBe(before);
  });

  it.each(['{"plays":1.5}', '{"plays":"1"}', '{"plays":9007199254740993}'])(
    'names the column that a contract lets %s into',
    async (text) => {
      const encoder = createArrowEncoder(new Map([['plays', anything]]));
      await expect(encoder.encode(segment([text]))).rejects.toMatchObject({
        code: 'BAD_ASSET',
        message: expect.stringContaining('column plays'),
      });
    },
  );
});
