import { describeObjectStore } from '../contract/object-store.ts';
import { newBucket } from './bench.ts';
import { createGcsStore } from './object-store.ts';

jest.setTimeout(60_000);

describeObjectStore('gcs', async () => createGcsStore(await newBucket()));
