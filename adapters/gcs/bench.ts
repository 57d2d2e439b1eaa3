import { randomUUID } from 'node:crypto';
import { testStorage } from '../contract/engines.ts';
import type { GcsSettings } from './object-store.ts';

/** Patience of tests: as many attempts as in production, in a blink. */
const SHORT = { firstDelayMs: 2, longestDelayMs: 20, totalMs: 2_000 };

/** Settings for an empty bucket of the storage server of the tests, reached by `endpoint`. */
export async function newBucket(endpoint: string = testStorage()): Promise<GcsSettings> {
  const bucket = `test-${randomUUID()}`;
  const answer = await fetch(`${testStorage()}/storage/v1/b?project=test`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: bucket }),
  });
  if (!answer.ok) throw new Error(`bucket ${bucket}: ${String(answer.status)} ${await answer.text()}`);
  return { bucket, endpoint, credentials: 'none', keyFile: null, requestMs: 10_000, patience: SHORT, pageSize: 3 };
}
