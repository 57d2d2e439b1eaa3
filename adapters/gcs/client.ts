import { Storage, type Bucket } from '@google-cloud/storage';
import { SoundFlowError } from '../../core/errors.ts';

/** Where the bucket is and who asks. */
export interface BucketPlace {
  readonly bucket: string;
  /** Address of another server than Google's, such as `http://127.0.0.1:4443`; null for Google's own. */
  readonly endpoint: string | null;
  /** `google` finds the credentials as every Google client does: the file named, else those of the machine or of gcloud. */
  readonly credentials: 'none' | 'google';
  /** A service account's key or a workload identity configuration. */
  readonly keyFile: string | null;
  /** Longest that the library keeps a request that nobody waits for any more, milliseconds. */
  readonly requestMs?: number;
}

const GOOGLE = 'https://storage.googleapis.com';

/** More than the largest upload may take. Without it the library waits for ever. */
const REQUEST_MS = 300_000;

/**
 * The bucket, without a request. The library repeats nothing: for that it shares one flag between all requests, which one
 * of them can turn off for the others; `patiently` does it instead.
 * @throws SoundFlowError BAD_SETTING when the environment would send requests elsewhere.
 */
export function openBucket({ bucket, endpoint, credentials, keyFile, requestMs = REQUEST_MS }: BucketPlace): Bucket {
  const storage = new Storage({
    apiEndpoint: endpoint ?? GOOGLE,
    useAuthWithCustomEndpoint: credentials === 'google',
    timeout: requestMs,
    retryOptions: { autoRetry: false },
    ...(keyFile === null ? {} : { keyFilename: keyFile }),
  });
  const expected = `${endpoint ?? GOOGLE}/storage/v1`;
  if (storage.baseUrl !== expected) {
    throw new SoundFlowError(
      'BAD_SETTING',
      `STORAGE_EMULATOR_HOST: set, and the lake would go to ${storage.baseUrl} instead of ${expected}. Unset it; GCS_ENDPOINT names another server.`,
    );
  }
  return storage.bucket(bucket);
}
