import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Bucket } from '@google-cloud/storage';
import { requireObjectPath } from '../../core/ports/object-path.ts';
import type { ObjectStore, StoredObject } from '../../core/ports/object-store.ts';
import { openBucket, type BucketPlace } from './client.ts';
import { failureOf, statusOf, willPass, type Request } from './failure.ts';
import { PATIENCE, patiently, type Patience } from './patience.ts';
import { download, upload, within } from './transfer.ts';

/** Where the bucket is, and how long to wait for it. */
export interface GcsSettings extends BucketPlace {
  readonly patience?: Patience;
  /** Longest wait for an answer, milliseconds; an upload has more, by its size. */
  readonly answerMs?: number;
  /** Objects of one page of a listing, at most 1,000. */
  readonly pageSize?: number;
}

const ANSWER_MS = 10_000;
const PAGE_SIZE = 1_000;

/** Bytes that an upload sends in a millisecond at the least. */
const SLOWEST_BYTES_PER_MS = 500;

const Page = z.object({
  items: z
    .array(
      z.object({
        name: z.string(),
        size: z.coerce.number(),
        timeCreated: z.iso.datetime({ offset: true }).transform((at) => Date.parse(at)),
      }),
    )
    .default([]),
  nextPageToken: z.string().optional(),
});

/**
 * Objects of a bucket of Google Cloud Storage. Contents are compared by CRC32C on the way there and back; failures that
 * will pass are repeated for a while. @throws SoundFlowError UNAVAILABLE, DAMAGED, or BAD_SETTING when the bucket, a permission or the credentials are missing.
 */
export function createGcsStore(settings: GcsSettings): ObjectStore {
  const { patience = PATIENCE, answerMs = ANSWER_MS, pageSize = PAGE_SIZE } = settings;
  const bucket = openBucket(settings);
  let seen = false;

  async function run<T>(verb: Request['verb'], path: string, attempt: () => Promise<T>): Promise<T> {
    try {
      return await patiently(patience, attempt, willPass);
    } catch (thrown) {
      throw failureOf(thrown, { verb, bucket: bucket.name, place: `gs://${bucket.name}/${path}` });
    }
  }

  /** The service answers 404 for a missing object and for a missing bucket: only listing tells them apart. */
  async function requireBucket(): Promise<void> {
    if (seen) return;
    await run('list', '', () => within(answerMs, () => pageOf(bucket, { prefix: '', size: 1 })));
    seen = true;
  }

  async function* list(prefix: string): AsyncIterable<StoredObject> {
    let token: string | undefined;
    do {
      const asked = { prefix, size: pageSize, token };
      const page = await run('list', prefix, () => within(answerMs, () => pageOf(bucket, asked)));
      yield* page.objects;
      token = page.next;
    } while (token !== undefined);
  }

  return {
    async putIfAbsent(path, content) {
      const file = bucket.file(requireObjectPath(path));
      const put = { id: randomUUID(), content };
      const limitMs = answerMs + content.length / SLOWEST_BYTES_PER_MS;
      return run('write', path, () => within(limitMs, (signal) => upload(file, put, signal)));
    },
    async get(path) {
      const file = bucket.file(requireObjectPath(path));
      const found: Uint8Array | null = await run('read', path, () => download(file, answerMs).catch(nullWhenMissing));
      if (found === null) await requireBucket();
      else seen = true;
      return found;
    },
    list,
    async remove(path) {
      const file = bucket.file(requireObjectPath(path));
      await run('remove', path, () => within(answerMs, () => file.delete({ ignoreNotFound: true })));
    },
  };
}

function nullWhenMissing(failure: unknown): null {
  if (statusOf(failure) === 404) return null;
  throw failure;
}

interface Asked {
  readonly prefix: string;
  readonly size: number;
  readonly token?: string | undefined;
}

async function pageOf(bucket: Bucket, { prefix, size, token }: Asked) {
  const [, , answer] = await bucket.getFiles({
    prefix,
    maxResults: size,
    autoPaginate: false,
    fields: 'items(name,size,timeCreated),nextPageToken',
    ...(token === undefined ? {} : { pageToken: token }),
  });
  const { items, nextPageToken } = Page.parse(answer);
  const objects = items.map(({ name, size: bytes, timeCreated }) => ({ path: name, bytes, at: timeCreated }));
  return { objects, next: nextPageToken };
}
