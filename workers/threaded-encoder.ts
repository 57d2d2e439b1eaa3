import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { messageOf, SoundFlowError } from '../core/errors.ts';
import type { EncodedSegment, Encoder } from '../core/ports/encoder.ts';
import { pack } from './packed-segment.ts';

const Answer = z.union([
  z.object({ id: z.int(), encoded: z.custom<EncodedSegment>((value) => typeof value === 'object' && value !== null) }),
  z.object({ id: z.int(), failure: z.string() }),
]);

interface Waiting {
  readonly resolve: (encoded: EncodedSegment) => void;
  readonly reject: (failure: Error) => void;
}

/** An encoder in a thread of its own, so that heartbeats never wait for it; `close` ends the thread. */
export interface ThreadedEncoder extends Encoder {
  close(): Promise<void>;
}

/** Starts the thread and waits until it is ready. `root` is the code's folder. */
export async function startEncoder(root: string): Promise<ThreadedEncoder> {
  const thread = new Worker(join(root, 'workers', 'encoder-thread.mjs'), { workerData: { assetsDir: join(root, 'assets') } });
  const [{ ready: version }] = z.tuple([z.object({ ready: z.string() })]).parse(await once(thread, 'message'));
  const waiting = new Map<number, Waiting>();
  let next = 0;
  thread.on('message', (message: unknown) => {
    const answer = Answer.parse(message);
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('encoded' in answer) asked?.resolve(answer.encoded);
    else asked?.reject(new SoundFlowError('UNAVAILABLE', `the encoder failed: ${answer.failure}`));
  });
  let ended: SoundFlowError | null = null;
  const end = (cause: unknown) => {
    ended ??= new SoundFlowError('UNAVAILABLE', `the encoder's thread ended: ${messageOf(cause)}. Restart the worker.`, {
      cause,
    });
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  thread.on('error', end);
  thread.on('exit', end);
  return {
    version,
    encode: (segment) =>
      new Promise((resolve, reject) => {
        if (ended !== null) {
          reject(ended);
          return;
        }
        const { packed, buffers } = pack(segment.records);
        const { topic, epoch, landedHour } = segment;
        waiting.set(next, { resolve, reject });
        thread.postMessage({ id: next, topic, epoch, landedHour, packed }, buffers);
        next += 1;
      }),
    close: async () => {
      await thread.terminate();
    },
  };
}
