import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { messageOf } from './setup-error.mjs';

/**
 * Downloads `url` to `file`, which appears only when whole. Follows redirects.
 * @param {string} url
 * @param {string} file
 * @param {{ stallMs: number }} options given up when no byte comes for this long, from the first moment on
 * @throws Error naming the URL and the reason: refused, stalled, a status other than 200, cut short
 */
export async function download(url, file, { stallMs }) {
  const partial = `${file}.partial`;
  const stall = new AbortController();
  const giveUp = () => stall.abort(new Error(`no byte for ${stallMs / 1000} s`));
  let timer = setTimeout(giveUp, stallMs);
  const received = () => {
    clearTimeout(timer);
    timer = setTimeout(giveUp, stallMs);
  };
  try {
    const response = await fetch(url, { signal: stall.signal });
    received();
    if (response.status !== 200 || response.body === null) throw new Error(`the server answered ${response.status}`);
    const bytes = await save(response.body, partial, { received, signal: stall.signal });
    const promised = response.headers.get('content-length');
    if (response.headers.get('content-encoding') === null && promised !== null && Number(promised) !== bytes) {
      throw new Error(`cut short: ${bytes} of ${promised} bytes`);
    }
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw new Error(`${url}: ${reasonOf(stall.signal.aborted ? stall.signal.reason : error)}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/**
 * @param {import('node:stream/web').ReadableStream<Uint8Array>} body
 * @param {string} file
 * @param {{ received: () => void, signal: AbortSignal }} watch
 */
async function save(body, file, { received, signal }) {
  let bytes = 0;
  /** @param {AsyncIterable<Uint8Array>} chunks */
  async function* counted(chunks) {
    for await (const chunk of chunks) {
      bytes += chunk.byteLength;
      received();
      yield chunk;
    }
  }
  await pipeline(Readable.fromWeb(body), counted, createWriteStream(file), { signal });
  return bytes;
}

/** `fetch failed` says nothing; its cause does. @param {unknown} error */
function reasonOf(error) {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error
    ? `${messageOf(error)} (${cause.message || ('code' in cause ? String(cause.code) : cause.name)})`
    : messageOf(error);
}
