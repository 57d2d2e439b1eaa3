import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { createArrowEncoder } from '../adapters/arrow/encoder.ts';
import { messageOf, SoundFlowError } from '../core/errors.ts';
import type { EncodedSegment, Encoder, SegmentEncoder } from '../core/ports/encoder.ts';
import { Question, type Answer, type Ready } from './encoder-messages.ts';
import { loadAssets } from './load-assets.ts';
import { repositoryOf } from './repository.ts';

/** Does what the main thread asks, and answers every question. */
async function serve(assetsDir: string): Promise<void> {
  const { topics } = repositoryOf(await loadAssets(assetsDir));
  const encoder = createArrowEncoder(new Map([...topics].map(([key, topic]) => [key, topic.contract])));
  const segments = new Map<number, SegmentEncoder>();
  parentPort?.on('message', (message: unknown) => {
    const question = Question.parse(message);
    const { id } = question;
    perform(question, encoder, segments).then(
      (segment) => {
        say(
          { id, segment },
          [segment?.rows, segment?.deadLetters].flatMap((file) => file?.content ?? []),
        );
      },
      (failure: unknown) => {
        const code = failure instanceof SoundFlowError ? failure.code : 'UNAVAILABLE';
        say({ id, failure: { code, message: messageOf(failure) } });
      },
    );
  });
  say({ version: encoder.version, topics: [...topics.keys()] });
}

function say(what: Answer | Ready, contents: readonly Uint8Array[] = []): void {
  const buffers = contents.map(({ buffer }) => buffer).filter((buffer) => buffer instanceof ArrayBuffer);
  parentPort?.postMessage(what, buffers);
}

async function perform(
  question: Question,
  encoder: Encoder,
  segments: Map<number, SegmentEncoder>,
): Promise<EncodedSegment | null> {
  if (question.verb === 'open') {
    const { topic, landedHour } = question;
    segments.set(question.segment, encoder.open({ topic, landedHour }));
    return null;
  }
  const segment = segments.get(question.segment);
  if (question.verb === 'add') {
    await segment?.add(question.chunk, question.epoch);
    return null;
  }
  segments.delete(question.segment);
  if (question.verb === 'finish') return (await segment?.finish()) ?? null;
  await segment?.discard();
  return null;
}

await serve(z.object({ assetsDir: z.string() }).parse(workerData).assetsDir);
