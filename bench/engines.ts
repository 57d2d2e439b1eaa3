import { join } from 'node:path';
import { engineFolder, startEngine, toolbox } from '../tests/setup/engine.mjs';
import { SEARCH_ATTRIBUTES } from '../tests/setup/search-attributes.mjs';
import { brokerCommand, prepareBroker } from '../tools/broker.mjs';
import { ensureParts } from '../tools/parts.mjs';
import { freePort, waitForPort } from '../tools/ports.mjs';
import { prepareNamespace, temporalCommand } from '../tools/temporal.mjs';
import { SoundFlowError } from '../core/errors.ts';

/** An engine of the local toolchain that was started for a measurement. `address` is `host:port`. */
export interface Engine {
  readonly address: string;
  stop(): Promise<void>;
}

type KafkaPart = { readonly brokers: string } | { readonly brokers: null; readonly home: string; readonly java: string };

interface TemporalPart {
  readonly binary: string;
  readonly serverVersion: string;
}

const START_TIMEOUT_MS = 60_000;

/** A broker with nothing in it, in a temporary folder that goes when it stops. */
export async function startBroker(): Promise<Engine> {
  const env = withoutGivenEngines();
  const parts: { readonly kafka: KafkaPart } = await ensureParts(['kafka'], { ...toolbox(), env });
  const { kafka } = parts;
  if (kafka.brokers !== null)
    throw new SoundFlowError('BAD_SETTING', 'bench: it wants a broker of its own. Unset KAFKA_BROKERS.');
  const folder = engineFolder('bench-broker');
  const [port, controllerPort] = [await freePort(), await freePort()];
  const place = { dir: join(folder, 'kafka'), port, controllerPort, kafkaHome: kafka.home, java: kafka.java, env };
  await prepareBroker(place);
  const stop = await startEngine(brokerCommand(place), folder, () => waitForPort(port, { timeoutMs: START_TIMEOUT_MS }));
  return { address: `127.0.0.1:${String(port)}`, stop };
}

/** A Temporal server as `npm start` runs it, with a database of its own that goes when it stops. */
export async function startTemporal(): Promise<Engine> {
  const env = withoutGivenEngines();
  const parts: { readonly temporal: TemporalPart } = await ensureParts(['temporal'], { ...toolbox(), env });
  const { binary, serverVersion } = parts.temporal;
  const folder = engineFolder('bench-temporal');
  const [port, shared] = [await freePort(), { binary, searchAttributes: SEARCH_ATTRIBUTES, env }];
  const address = `127.0.0.1:${String(port)}`;
  const command = temporalCommand({ ...shared, port, serverVersion, dir: folder, uiPort: null });
  const stop = await startEngine(command, folder, () => prepareNamespace({ ...shared, address, retention: '24h' }));
  return { address, stop };
}

/** The environment without engines that are given: a measurement has its own. */
export function withoutGivenEngines(): NodeJS.ProcessEnv {
  const given = (name: string) => name === 'KAFKA_BROKERS' || name.startsWith('TEMPORAL_');
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !given(name)));
}
