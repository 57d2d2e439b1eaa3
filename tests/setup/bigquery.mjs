import { join } from 'node:path';

import { ensureParts } from '../../tools/parts.mjs';
import { freePort, waitForPort } from '../../tools/ports.mjs';
import { engineFolder, startEngine, toolbox } from './engine.mjs';

const START_TIMEOUT_MS = 60_000;

/**
 * Starts a server in BigQuery's place, named in TEST_BIGQUERY_ENDPOINT; it reads `gs://` from the folder TEST_GCS_ROOT, which must be set.
 * TEST_GOOGLE_DISCOVERY is the folder of Google's own descriptions of its services.
 */
export async function startBigQuery() {
  const { 'bigquery-emulator': part } = await ensureParts(['bigquery-emulator'], toolbox());
  const folder = engineFolder('bigquery');
  const [port, grpcPort] = [await freePort(), await freePort()];
  const args = ['start', '--ephemeral', '--rest-port', String(port), '--grpc-port', String(grpcPort), '--log-level', 'warning'];
  const env = { ...process.env, HOME: part.home, BQEMU_GCS_LOCAL_ROOT: process.env.TEST_GCS_ROOT ?? join(folder, 'buckets') };
  await startEngine({ command: part.binary, args, env }, folder, () => waitForPort(port, { timeoutMs: START_TIMEOUT_MS }));
  process.env.TEST_BIGQUERY_ENDPOINT = `http://127.0.0.1:${port}`;
  process.env.TEST_GOOGLE_DISCOVERY = part.discovery;
}
