import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { messageOf, SetupError } from './setup-error.mjs';

/**
 * Where a storage server in Google's place lives and listens.
 * @typedef {object} StoragePlace
 * @property {string} binary the `binary` of the part `fake-gcs`
 * @property {string} dir what it keeps: one folder a bucket, one file an object
 * @property {number} port
 * @property {NodeJS.ProcessEnv} env
 */

const POLL_MS = 100;

/** The command that runs the server at `place`; it logs warnings and worse to stderr. @param {StoragePlace} place @returns {{ command: string, args: string[], env: NodeJS.ProcessEnv }} */
export function storageCommand({ binary, dir, port, env }) {
  const root = resolve(dir);
  mkdirSync(root, { recursive: true });
  const address = `127.0.0.1:${port}`;
  const args = ['-scheme', 'http', '-host', '127.0.0.1', '-port', String(port), '-log-level', 'warn'];
  args.push('-external-url', `http://${address}`, '-public-host', address);
  args.push('-backend', 'filesystem', '-filesystem-root', root);
  return { command: binary, args, env };
}

/**
 * Makes a bucket as soon as the server answers; one that is there stays as it is.
 * @param {{ endpoint: string, bucket: string, timeoutMs: number }} options
 * @throws SetupError with the server's last answer when `timeoutMs` are over
 */
export async function makeBucket({ endpoint, bucket, timeoutMs }) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const failure = await tryToMake(endpoint, bucket, deadline - Date.now());
    if (failure === null) return;
    if (Date.now() > deadline) throw new SetupError(`storage at ${endpoint}: the bucket ${bucket} cannot be made: ${failure}`);
    await wait(POLL_MS);
  }
}

/** @param {string} endpoint @param {string} bucket @param {number} timeoutMs @returns {Promise<string | null>} why it was not made */
async function tryToMake(endpoint, bucket, timeoutMs) {
  try {
    const answer = await fetch(`${endpoint}/storage/v1/b?project=soundflow-local`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: bucket }),
      signal: AbortSignal.timeout(Math.max(timeoutMs, POLL_MS)),
    });
    const text = await answer.text();
    return answer.ok || answer.status === 409 ? null : `${answer.status} ${text.trim()}`;
  } catch (error) {
    return messageOf(error);
  }
}
