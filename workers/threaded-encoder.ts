import { join } from 'node:path';
import { SoundFlowError, unknownTopic } from '../core/errors.ts';
import type { Encoder, SegmentEncoder, SegmentHeading } from '../core/ports/encoder.ts';
import { EncoderLink } from './encoder-link.ts';
import { packChunk } from './packed-chunk.ts';

/** An encoder in a thread of its own, so that heartbeats never wait for it; `close` ends the thread. */
export interface ThreadedEncoder extends Encoder {
  close(): Promise<void>;
}

/** Starts the thread and waits until it is ready. `root` is the code's folder. When the thread ends, its segments fail, and the next one starts another. */
export async function startEncoder(root: string, script = join(root, 'workers', 'encoder-thread.mjs')): Promise<ThreadedEncoder> {
  const start = () => new EncoderLink(script, join(root, 'assets'));
  let link = start();
  const { version, topics } = await link.ready;
  let segments = 0;
  return {
    version,
    open(heading) {
      if (!topics.includes(heading.topic)) throw unknownTopic(heading.topic, topics);
      if (link.hasEnded) link = start();
      segments += 1;
      return openSegment(link, heading, segments);
    },
    close: () => link.close(),
  };
}

function openSegment(link: EncoderLink, heading: SegmentHeading, segment: number): SegmentEncoder {
  const opened = link.ask({ verb: 'open', segment, ...heading });
  opened.catch(toldLater);
  return {
    async add(chunk, epoch) {
      await opened;
      const { packed, buffers } = packChunk(chunk);
      await link.ask({ verb: 'add', segment, chunk: packed, epoch }, buffers);
    },
    async finish() {
      await opened;
      const encoded = await link.ask({ verb: 'finish', segment });
      if (encoded === null) throw new SoundFlowError('BAD_REQUEST', 'the encoder: finish was called twice for one segment.');
      return encoded;
    },
    async discard() {
      if (!link.hasEnded) await link.ask({ verb: 'discard', segment });
    },
  };
}

/** For a promise whose failure whoever awaits it next is told. */
function toldLater(): void {
  return;
}
