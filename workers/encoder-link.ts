import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { messageOf, SoundFlowError } from '../core/errors.ts';
import type { EncodedSegment } from '../core/ports/encoder.ts';
import { Answer, Ready, type Question } from './encoder-messages.ts';

/** What a caller asks; the link gives it its number. */
export type Asked = Question extends infer One ? (One extends Question ? Omit<One, 'id'> : never) : never;

const Code = z.enum(['BAD_ASSET', 'BAD_SETTING', 'UNAVAILABLE']).catch('UNAVAILABLE');

interface Waiting {
  readonly resolve: (segment: EncodedSegment | null) => void;
  readonly reject: (failure: Error) => void;
}

/** One life of the encoder's thread. When it ends, all that was asked fails, and all that is asked later too. */
export class EncoderLink {
  readonly #thread: Worker;
  readonly #ready: Promise<Ready>;
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;
  #ended: SoundFlowError | null = null;

  constructor(script: string, assetsDir: string) {
    this.#thread = new Worker(script, { workerData: { assetsDir } });
    this.#ready = this.#start();
    this.#ready.catch(toldLater);
    const end = (cause: unknown) => {
      this.#end(cause);
    };
    this.#thread.on('error', end);
    this.#thread.on('exit', end);
  }

  /** Resolves when the thread can be asked. @throws UNAVAILABLE */
  get ready(): Promise<Ready> {
    return this.#ready;
  }

  get hasEnded(): boolean {
    return this.#ended !== null;
  }

  /** Asks, and waits for the answer; `buffers` move to the thread. @throws UNAVAILABLE when the thread ends before, and what the encoder throws. */
  async ask(asked: Asked, buffers: ArrayBuffer[] = []): Promise<EncodedSegment | null> {
    await this.#ready;
    return new Promise((resolve, reject) => {
      if (this.#ended !== null) {
        reject(this.#ended);
        return;
      }
      this.#asked += 1;
      this.#waiting.set(this.#asked, { resolve, reject });
      this.#thread.postMessage({ ...asked, id: this.#asked }, buffers);
    });
  }

  async close(): Promise<void> {
    await this.#thread.terminate();
  }

  async #start(): Promise<Ready> {
    const [said] = z.tuple([z.unknown()]).parse(await once(this.#thread, 'message'));
    this.#thread.on('message', (message: unknown) => {
      this.#answer(Answer.parse(message));
    });
    return Ready.parse(said);
  }

  #answer(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('segment' in answer) waiting?.resolve(answer.segment);
    else waiting?.reject(new SoundFlowError(Code.parse(answer.failure.code), answer.failure.message));
  }

  #end(cause: unknown): void {
    const message = `the encoder's thread ended: ${messageOf(cause)}. The next segment starts another; with less memory, lower LANDING_SEGMENT_BYTES.`;
    this.#ended ??= new SoundFlowError('UNAVAILABLE', message, { cause });
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  }
}

/** For a promise whose failure whoever awaits it next is told. */
function toldLater(): void {
  return;
}
