import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';

import { runWell } from './child.mjs';
import { messageOf, SetupError } from './setup-error.mjs';

/**
 * Where a broker lives and listens.
 * @typedef {object} BrokerPlace
 * @property {string} dir everything it keeps: settings, data
 * @property {number} port for clients
 * @property {number} controllerPort for itself
 * @property {string} kafkaHome the `home` of the part `kafka`
 * @property {string} java
 * @property {NodeJS.ProcessEnv} env
 * @property {Readonly<Record<string, string>>} [settings] more settings, which win over those it would have
 * @property {readonly string[]} [users] SCRAM credentials it knows from the start, as Kafka's own tool takes them
 */

/** A command to start. @typedef {{ command: string, args: string[], env: NodeJS.ProcessEnv, cwd: string }} Command */

const RETENTION_HOURS = 168;
const CLASS_ARCHIVE = 'classes.jsa';
const NODE_ID = 1;
const FORMAT_TIMEOUT_MS = 60_000;

/** Writes the broker's settings and, the first time, formats its data folder; safe to repeat. @param {BrokerPlace} place */
export async function prepareBroker(place) {
  const data = join(resolve(place.dir), 'data');
  mkdirSync(data, { recursive: true });
  writeFileSync(settingsFile(place), settings(place, data));
  if (existsSync(join(data, 'meta.properties'))) return;
  const users = (place.users ?? []).flatMap((user) => ['--add-scram', user]);
  const format = ['kafka.tools.StorageTool', 'format', '-t', newClusterId(), '-c', settingsFile(place), ...users];
  const { command, args, env, cwd } = javaCommand(place, format);
  await runWell(command, args, { env, cwd, timeoutMs: FORMAT_TIMEOUT_MS }).catch((error) => {
    throw new SetupError(`kafka: the data folder ${data} could not be formatted: ${messageOf(error)}`, { cause: error });
  });
}

/** A random id of a cluster that never begins with a dash: Kafka's tool would take it for an option. @returns {string} */
export function newClusterId() {
  const bytes = randomBytes(16);
  bytes.writeUInt8(bytes.readUInt8(0) & 0x7f, 0);
  return bytes.toString('base64url');
}

/** The command that runs the broker prepared at `place`; it logs warnings and worse to stderr. @param {BrokerPlace} place @returns {Command} */
export function brokerCommand(place) {
  return javaCommand(place, ['kafka.Kafka', settingsFile(place)]);
}

/**
 * A Java command on Kafka's classes. The class path is relative to the part's folder, so that the archive of its classes
 * holds wherever the folder lies.
 * @param {Pick<BrokerPlace, 'kafkaHome' | 'java' | 'env'>} place @param {string[]} args @returns {Command}
 */
function javaCommand({ kafkaHome, java, env }, args) {
  const flags = ['-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'];
  const archive = join(kafkaHome, CLASS_ARCHIVE);
  if (existsSync(archive)) flags.push(`-XX:SharedArchiveFile=${archive}`);
  return { command: java, args: [...flags, '-cp', 'libs/*', ...args], env, cwd: kafkaHome };
}

/** The archive of loaded classes in a part's folder. @param {string} kafkaHome @returns {string} */
export function classArchive(kafkaHome) {
  return join(kafkaHome, CLASS_ARCHIVE);
}

/** @param {BrokerPlace} place */
function settingsFile({ dir }) {
  return join(resolve(dir), 'server.properties');
}

/** @param {BrokerPlace} place @param {string} data */
function settings({ port, controllerPort, settings: more }, data) {
  const lines = {
    'process.roles': 'broker,controller',
    'node.id': NODE_ID,
    'controller.quorum.voters': `${NODE_ID}@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': data,
    'num.partitions': 4,
    'auto.create.topics.enable': false,
    'log.retention.hours': RETENTION_HOURS,
    'log.segment.bytes': 128 * 1024 * 1024,
    'metadata.log.segment.bytes': 16 * 1024 * 1024,
    'message.max.bytes': 2 * 1024 * 1024,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'offsets.retention.minutes': RETENTION_HOURS * 60,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 4,
    'group.initial.rebalance.delay.ms': 0,
    'num.network.threads': 2,
    'num.io.threads': 4,
    'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024,
    ...more,
  };
  return `${Object.entries(lines)
    .map(([key, value]) => `${key}=${value}`)
    .join('\n')}\n`;
}
