import { join } from 'node:path';

import { ensureParts } from '../../tools/parts.mjs';
import { freePort, waitForPort } from '../../tools/ports.mjs';
import { storageCommand } from '../../tools/storage-server.mjs';
import { engineFolder, startEngine, toolbox } from './engine.mjs';

const START_TIMEOUT_MS = 30_000;

/** Starts a storage server in Google's place for a project's tests, named in TEST_GCS_ENDPOINT; TEST_GCS_ROOT is the folder of its buckets. */
export async function startStorage() {
  const { 'fake-gcs': server } = await ensureParts(['fake-gcs'], toolbox());
  const folder = engineFolder('storage');
  const [port, dir] = [await freePort(), join(folder, 'buckets')];
  const command = storageCommand({ binary: server.binary, dir, port, env: process.env });
  await startEngine(command, folder, () => waitForPort(port, { timeoutMs: START_TIMEOUT_MS }));
  process.env.TEST_GCS_ENDPOINT = `http://127.0.0.1:${port}`;
  process.env.TEST_GCS_ROOT = dir;
}
