import type { File } from '@google-cloud/storage';
import { z } from 'zod';
import { checksumOf, statedChecksum } from './checksum.ts';
import { statusOf, TransferError } from './failure.ts';

/** Metadata of an object that names the call which made it. */
const MADE_BY = 'soundflow-put';

const Made = z.object({
  crc32c: z.string(),
  generation: z.union([z.string(), z.number()]),
  metadata: z.record(z.string(), z.unknown()).optional(),
});

/** One call that puts an object: however often its request is sent, `id` tells its object from everybody else's. */
export interface Put {
  readonly id: string;
  readonly content: Uint8Array;
}

/**
 * Sends an object in one request that only ever creates it. The checksum goes along, so that the service refuses what
 * changed on its way, and that of the answer is compared. Where an object is there already, it is ours when an earlier
 * sending of this call made it and the answer was lost. Once `signal` has aborted it asks nothing more.
 */
export async function upload(file: File, { id, content }: Put, signal: AbortSignal): Promise<'written' | 'exists'> {
  const checksum = checksumOf(content);
  try {
    await file.save(Buffer.from(content.buffer, content.byteOffset, content.byteLength), {
      resumable: false,
      validation: false,
      preconditionOpts: { ifGenerationMatch: 0 },
      metadata: { contentType: 'application/octet-stream', crc32c: checksum, metadata: { [MADE_BY]: id } },
    });
  } catch (failure) {
    signal.throwIfAborted();
    if (statusOf(failure) === 412) return whoseIs(file, id);
    // Who may create but not replace is refused where an object is there, perhaps before the condition is looked at.
    if (statusOf(failure) === 403) return (await whoseIs(file, id).catch(() => null)) ?? rethrow(failure);
    throw failure;
  }
  const made = Made.parse(file.metadata);
  if (made.crc32c === checksum) return 'written';
  await file.delete({ ignoreNotFound: true, ifGenerationMatch: made.generation });
  throw new TransferError(`the service stored other content (CRC32C ${made.crc32c}, sent ${checksum})`, { damaged: true });
}

function rethrow(failure: unknown): never {
  throw failure;
}

async function whoseIs(file: File, id: string): Promise<'written' | 'exists'> {
  try {
    const [stored] = await file.getMetadata();
    return Made.parse(stored).metadata?.[MADE_BY] === id ? 'written' : 'exists';
  } catch (failure) {
    if (statusOf(failure) !== 404) throw failure;
    throw new TransferError('the object that was there has been removed meanwhile', { damaged: false });
  }
}

/** The part of the library's answer that is used here. */
interface Answer {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly request: { agent: unknown };
}

/** The whole object, compared with the checksum that the service states. Ends when nothing comes for `stallMs`. */
export async function download(file: File, stallMs: number): Promise<Uint8Array> {
  const stream = file.createReadStream({ validation: false, decompress: false });
  const chunks: Buffer[] = [];
  const answered: { hash: string | undefined } = { hash: undefined };
  const stalled = setTimeout(() => stream.destroy(new TransferError(stallText(stallMs), { damaged: false })), stallMs);
  stream.on('response', ({ headers, request }: Answer) => {
    answered.hash = headers['x-goog-hash'];
    // When a body breaks off the library destroys the agent, and with it the connections of every other request.
    request.agent = false;
  });
  try {
    for await (const chunk of stream) {
      chunks.push(z.instanceof(Buffer).parse(chunk));
      stalled.refresh();
    }
  } finally {
    clearTimeout(stalled);
  }
  const content = Buffer.concat(chunks);
  const checksum = checksumOf(content);
  const stated = statedChecksum(answered.hash);
  if (stated === checksum) return content;
  const message = `what came differs from what is stored (CRC32C ${checksum}, stated ${stated ?? 'none'})`;
  throw new TransferError(message, { damaged: true });
}

/** Fails when what `request` began does not end within `ms`; its signal then aborts. */
export async function within<T>(ms: number, request: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const late = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const lateness = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const failure = new TransferError(stallText(ms), { damaged: false });
      late.abort(failure);
      reject(failure);
    }, ms);
  });
  try {
    return await Promise.race([request(late.signal), lateness]);
  } finally {
    clearTimeout(timer);
  }
}

function stallText(ms: number): string {
  return `no answer within ${String(ms / 1000)} s`;
}
