import { join } from 'node:path';
import { brokerCommand, prepareBroker } from '../../tools/broker.mjs';
import { ensureParts } from '../../tools/parts.mjs';
import { requirePorts, waitForPort } from '../../tools/ports.mjs';
import type { Log } from '../../tools/progress.mjs';
import { openSupervisor, type Supervisor } from '../../tools/supervisor.mjs';
import { prepareNamespace, temporalCommand } from '../../tools/temporal.mjs';
import { SEARCH_ATTRIBUTES } from '../../core/search-attributes.ts';
import { ALLOCATOR } from '../../workers/allocator.ts';
import type { Config } from '../../temporal.config.ts';
import { ownsStorage, startStorage } from './storage.ts';

type Environment = NodeJS.ProcessEnv;

/** Where the toolchain's parts lie; the broker is either given by its address or ours to start. */
interface Parts {
  readonly temporal: { readonly binary: string; readonly serverVersion: string };
  readonly kafka: { readonly brokers: string } | { readonly brokers: null; readonly home: string; readonly java: string };
  readonly dbt: { readonly python: string };
  readonly 'fake-gcs'?: { readonly binary: string };
}

/** Order of a stop: no new events, then workers drained, then what they stand on. */
export const STOP_ORDER = ['eventsim', 'workers', 'broker', 'storage', 'temporal'] as const;

/** The processes of the local profile, kept running until they are stopped. */
export interface LocalPipeline {
  readonly config: Config;
  readonly supervisor: Supervisor;
  readonly parts: Parts;
  readonly env: Environment;
}

const UP_TIMEOUT_MS = 120_000;
const RETENTION = '720h';

/** Fetches what is missing, takes the home, ends what a killed run left in it, and wants the ports free. @throws SetupError */
export async function openLocal(
  config: Config,
  { env, log }: { readonly env: Environment; readonly log: Log },
): Promise<LocalPipeline> {
  const needed = ['temporal', 'kafka', 'dbt', ...(ownsStorage(config) ? (['fake-gcs'] as const) : [])] as const;
  const parts: Parts = await ensureParts(needed, { toolsDir: config.folders.tools, log, env });
  const supervisor = await openSupervisor({
    home: config.home,
    say: (text) => {
      log.line(text);
    },
  });
  try {
    await requirePorts(wantedPorts(config));
  } catch (failure) {
    await supervisor.stop([]);
    throw failure;
  }
  return { config, supervisor, parts, env: { ...env, SOUNDFLOW_ROOT: config.root, SOUNDFLOW_DBT_PYTHON: parts.dbt.python } };
}

function wantedPorts(config: Config) {
  const { kafka, temporal, google } = config;
  const broker = [
    { port: kafka.port, setting: 'SOUNDFLOW_KAFKA_PORT', what: 'the Kafka broker' },
    { port: kafka.controllerPort, setting: 'SOUNDFLOW_KAFKA_CONTROLLER_PORT', what: "the broker's controller" },
  ];
  const server = [
    { port: temporal.port, setting: 'SOUNDFLOW_TEMPORAL_PORT', what: 'the Temporal server' },
    { port: temporal.uiPort, setting: 'SOUNDFLOW_TEMPORAL_UI_PORT', what: 'the Temporal Web UI' },
    { port: temporal.metricsPort, setting: 'SOUNDFLOW_TEMPORAL_METRICS_PORT', what: "Temporal's metrics" },
  ];
  const storage = [{ port: google.storage.port, setting: 'SOUNDFLOW_GCS_PORT', what: 'the storage server' }];
  return [...(kafka.external ? [] : broker), ...(temporal.external ? [] : server), ...(ownsStorage(config) ? storage : [])];
}

/** Starts the broker and waits until it answers; nothing where one was given. */
export async function startBroker({ config, supervisor, parts, env }: LocalPipeline): Promise<void> {
  const { kafka, folders } = config;
  if (kafka.external || parts.kafka.brokers !== null) return;
  const { home: kafkaHome, java } = parts.kafka;
  const place = { dir: folders.kafka, port: kafka.port, controllerPort: kafka.controllerPort, kafkaHome, java, env };
  await prepareBroker(place);
  supervisor.start({ name: 'broker', ...brokerCommand(place) });
  await waitForPort(kafka.port, { timeoutMs: UP_TIMEOUT_MS });
}

/** Starts the storage server of the emulated profile and makes the lake's bucket; nothing in the others. */
export function startLake({ config, supervisor, parts, env }: LocalPipeline): Promise<void> {
  const binary = parts['fake-gcs']?.binary ?? null;
  return startStorage({ config, supervisor, binary, env, timeoutMs: UP_TIMEOUT_MS });
}

/** Starts the Temporal server and makes its namespace ready; nothing where one was given. */
export async function startTemporal({ config, supervisor, parts, env }: LocalPipeline): Promise<void> {
  const { temporal, folders } = config;
  if (temporal.external) return;
  const { binary, serverVersion } = parts.temporal;
  const searchAttributes = SEARCH_ATTRIBUTES.map(({ name, type }) => ({ name, type: TYPE_NAME[type] }));
  const { port, uiPort, metricsPort } = temporal;
  const command = temporalCommand({
    binary,
    serverVersion,
    dir: folders.temporal,
    port,
    uiPort,
    metricsPort,
    searchAttributes,
    env,
  });
  supervisor.start({ name: 'temporal', ...command });
  const address = `127.0.0.1:${String(port)}`;
  await prepareNamespace({ binary, address, retention: RETENTION, searchAttributes, env, timeoutMs: UP_TIMEOUT_MS });
}

/** The names that Temporal's command line has for the types of search attributes. */
const TYPE_NAME = { KEYWORD: 'Keyword', KEYWORD_LIST: 'KeywordList' } as const;

/** Starts the workers. */
export function startWorkers({ config, supervisor, env }: LocalPipeline): void {
  supervisor.start({ name: 'workers', ...nodeCommand(config, 'workers/main.ts'), env: { ...ALLOCATOR, ...env } });
}

/** Starts the event generator; with `onEnd` it is one that ends by itself, and `onLine` is told what it prints. */
export function startEventsim(
  { config, supervisor, env }: LocalPipeline,
  once?: { readonly onLine: (line: string) => void; readonly onEnd: (how: string) => void },
): void {
  supervisor.start({ name: 'eventsim', ...nodeCommand(config, 'eventsim/main.ts'), env, ...once });
}

function nodeCommand({ root }: Config, file: string) {
  return { command: process.execPath, args: ['--import', 'tsx', join(root, file)], cwd: root };
}
