import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { createArrowEncoder } from '../adapters/arrow/encoder.ts';
import { messageOf } from '../core/errors.ts';
import { isHour } from '../core/hours.ts';
import { loadAssets } from './load-assets.ts';
import { unpack } from './packed-segment.ts';
import { repositoryOf } from './repository.ts';

const Request = z.object({
  id: z.int(),
  topic: z.string(),
  epoch: z.int(),
  landedHour: z.string().refine(isHour),
  packed: z.object({
    partitions: z.instanceof(Int32Array),
    offsets: z.instanceof(Float64Array),
    timestamps: z.instanceof(Float64Array),
    lengths: z.instanceof(Int32Array),
    values: z.instanceof(Uint8Array),
  }),
});

/** Encodes what the main thread sends, one segment after the other. */
async function serve(assetsDir: string): Promise<void> {
  const { topics } = repositoryOf(await loadAssets(assetsDir));
  const encoder = createArrowEncoder(new Map([...topics].map(([key, topic]) => [key, topic.contract])));
  parentPort?.on('message', (message: unknown) => {
    const { id, packed, ...segment } = Request.parse(message);
    encoder.encode({ ...segment, records: unpack(packed) }).then(
      (encoded) => parentPort?.postMessage({ id, encoded }),
      (failure: unknown) => parentPort?.postMessage({ id, failure: messageOf(failure) }),
    );
  });
  parentPort?.postMessage({ ready: encoder.version });
}

await serve(z.object({ assetsDir: z.string() }).parse(workerData).assetsDir);
