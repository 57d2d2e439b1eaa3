import { ensureParts } from '../../tools/parts.mjs';
import { freePort } from '../../tools/ports.mjs';
import { prepareNamespace, temporalCommand } from '../../tools/temporal.mjs';
import { locatePythons, startBroker } from './broker.mjs';
import { engineFolder, startEngine, toolbox } from './engine.mjs';
import { SEARCH_ATTRIBUTES } from './search-attributes.mjs';

/** What server tests meet: a Temporal server in memory, named in TEST_TEMPORAL_ADDRESS, a broker, and a reader of Delta tables; TEST_SCRATCH is a folder that goes with them. */
export default async function prepare() {
  await locatePythons(['deltalake']);
  await Promise.all([startServer(), startBroker()]);
}

/** Starts a Temporal server in memory and names it in TEST_TEMPORAL_ADDRESS. */
export async function startServer() {
  const { temporal, tctl } = await ensureParts(['temporal', 'tctl'], toolbox());
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const { binary } = temporal;
  const shared = { binary, searchAttributes: SEARCH_ATTRIBUTES, env: process.env };
  const command = temporalCommand({ ...shared, port, dir: null, uiPort: null });
  const ready = () => prepareNamespace({ ...shared, address, retention: '24h' });
  const folder = engineFolder('server');
  await startEngine(command, folder, ready);
  process.env.TEST_SCRATCH = folder;
  process.env.TEST_TEMPORAL_ADDRESS = address;
  process.env.TEST_TEMPORAL_BINARY = binary;
  process.env.TEST_TCTL_BINARY = tctl.binary;
}
