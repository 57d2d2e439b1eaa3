import { join } from 'node:path';

import { brokerCommand, prepareBroker } from '../../tools/broker.mjs';
import { ensureParts } from '../../tools/parts.mjs';
import { freePort, waitForPort } from '../../tools/ports.mjs';
import { engineFolder, startEngine, toolbox } from './engine.mjs';
import { securedListeners } from './secured-listeners.mjs';

const START_TIMEOUT_MS = 60_000;

/**
 * Starts one broker for a project's tests and names it in TEST_KAFKA_BROKERS; takes KAFKA_BROKERS when that is set.
 * @param {{ secured?: boolean }} [options] `secured`: it also listens where it asks who comes
 */
export async function startBroker({ secured = false } = {}) {
  const { kafka } = await ensureParts(['kafka'], toolbox());
  if (kafka.brokers !== null) {
    process.env.TEST_KAFKA_BROKERS = kafka.brokers;
    return;
  }
  const folder = engineFolder('broker');
  const { home: kafkaHome, java } = kafka;
  const [port, controllerPort] = [await freePort(), await freePort()];
  const listeners = secured ? await securedListeners({ port, controllerPort }) : {};
  const place = { dir: join(folder, 'kafka'), port, controllerPort, kafkaHome, java, env: process.env, ...listeners };
  await prepareBroker(place);
  const ready = () => waitForPort(port, { timeoutMs: START_TIMEOUT_MS });
  await startEngine(brokerCommand(place), folder, ready);
  process.env.TEST_KAFKA_BROKERS = `127.0.0.1:${port}`;
}

/** Has the Python parts ready and names their interpreters. @param {readonly ('dbt' | 'deltalake')[]} names */
export async function locatePythons(names) {
  const parts = await ensureParts(names, toolbox());
  if (parts.dbt) process.env.TEST_DBT_PYTHON = parts.dbt.python;
  if (parts.deltalake) process.env.TEST_DELTA_PYTHON = parts.deltalake.python;
}
