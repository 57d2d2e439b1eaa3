import { ensureParts } from '../../tools/parts.mjs';
import { freePort } from '../../tools/ports.mjs';
import { prepareNamespace, temporalCommand } from '../../tools/temporal.mjs';
import { engineFolder, startEngine, toolbox } from './engine.mjs';
import { SEARCH_ATTRIBUTES } from './search-attributes.mjs';

/** Starts one Temporal server in memory for all server tests and names it in TEST_TEMPORAL_ADDRESS. */
export default async function startServer() {
  const { temporal } = await ensureParts(['temporal'], toolbox());
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const { binary } = temporal;
  const shared = { binary, searchAttributes: SEARCH_ATTRIBUTES, env: process.env };
  const command = temporalCommand({ ...shared, port, dir: null, uiPort: null });
  const ready = () => prepareNamespace({ ...shared, address, retention: '24h' });
  await startEngine(command, engineFolder('server'), ready);
  process.env.TEST_TEMPORAL_ADDRESS = address;
  process.env.TEST_TEMPORAL_BINARY = binary;
}
