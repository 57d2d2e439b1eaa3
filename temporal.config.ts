import { isAbsolute, join, resolve } from 'node:path';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { z } from 'zod';
import { googleOf, googleSettings, PROFILES } from './config/google.ts';
import { kafkaOf, kafkaSettings } from './config/kafka.ts';
import { date, duration, maybeText, number, port, setting, share, text, whole, type Environment } from './config/read.ts';
import { messageOf, SoundFlowError } from './core/errors.ts';

/** Every setting, read from the environment (or a file `.env`) under its own name. */
const Settings = z.object({
  SOUNDFLOW_HOME: setting(text, '.soundflow', 'Where all local state lies, one folder a part.'),
  SOUNDFLOW_HEALTH_FILE: setting(
    maybeText,
    '',
    "File that workers and eventsim touch while all is well with them; for a container's health check.",
  ),
  SOUNDFLOW_PROFILE: setting(
    z.enum(PROFILES),
    'local',
    'What it runs on: local needs nothing but this machine; emulated keeps the lake behind a storage server; gcp is Google Cloud.',
  ),
  TEMPORAL_NAMESPACE: setting(
    text,
    'default',
    'Temporal namespace. TEMPORAL_ADDRESS, where set, names a server to use instead of starting one.',
  ),
  SOUNDFLOW_TEMPORAL_PORT: setting(port, '7233', 'Port of the local Temporal server.'),
  SOUNDFLOW_TEMPORAL_UI_PORT: setting(port, '8233', 'Port of the Temporal Web UI.'),
  SOUNDFLOW_TEMPORAL_METRICS_PORT: setting(port, '9733', 'Port of the Temporal server for Prometheus.'),
  ...kafkaSettings,
  SOUNDFLOW_TASK_QUEUE: setting(text, 'soundflow', "Workflows' task queue; -land, -load and -build are added for the others."),
  ...googleSettings,
  LANDING_TICK: setting(duration, '2 minutes', 'Time between two batches of a topic.'),
  LANDING_WINDOW: setting(whole(1, 64), '2', 'Segments of a topic landed at once.'),
  LANDING_SEGMENT_EVENTS: setting(whole(1, 1_000_000), '125000', 'Most events of a segment.'),
  LANDING_SEGMENT_BYTES: setting(
    whole(1_024, 1_073_741_824),
    '67108864',
    'Most bytes of events in a segment; a file is closed when it passes them.',
  ),
  LANDING_BATCH_SEGMENTS: setting(whole(1, 200), '200', 'Most segments of a batch.'),
  LANDING_BATCH_EVENTS: setting(whole(1, 200_000_000), '2000000', 'Most events of a batch.'),
  LANDING_BATCH_BYTES: setting(whole(1_024, 1_099_511_627_776), '1073741824', 'Most bytes of events in a batch.'),
  LANDING_ENCODER: setting(
    z.enum(['columnar', 'arrow'], 'write columnar (fast) or arrow (in a thread of its own)'),
    'columnar',
    'What writes Parquet: columnar is fast, arrow works in a thread of its own; both give the same rows.',
  ),
  LANDING_SCRATCH: setting(
    text,
    'auto',
    'Folder for landed files that are joined or looked into; auto takes memory (/dev/shm) where there is room, else the temporary folder.',
  ),
  LANDING_DEAD_LETTER_SHARE: setting(share, '0.01', "Share of an hour's events that may be dead letters before its check fails."),
  LANDING_GROUP: setting(text, 'soundflow', 'Consumer group that shows the lag; for display only.'),
  FRESHNESS_MAX_AGE: setting(duration, '2 hours', 'Age of the newest event in a mart from which on it counts as stale.'),
  FRESHNESS_REFERENCE: setting(
    z.enum(['clock', 'newest event']),
    'clock',
    'What the age is measured against: clock, or newest event.',
  ),
  EVENTSIM_MODE: setting(
    z.enum(['live', 'history']),
    'live',
    'live goes on for ever; history makes EVENTSIM_COUNT events and ends.',
  ),
  EVENTSIM_SEED: setting(whole(0, 2_147_483_647), '1', 'Seed: the same seed gives the same events.'),
  EVENTSIM_RATE: setting(number, '10', 'Events per second of simulated time, on average (live).'),
  EVENTSIM_SPEED: setting(number, '1', 'Simulated seconds per second (live).'),
  EVENTSIM_CATCH_UP: setting(duration, '1 hour', 'History made before going live, and the longest pause made up for.'),
  EVENTSIM_COUNT: setting(whole(1, 100_000_000), '200000', 'Events to make (history).'),
  EVENTSIM_FROM: setting(date, '2026-11-17T00:00:00Z', 'First instant of event time (history).'),
  EVENTSIM_TO: setting(date, '2026-11-20T00:00:00Z', 'End of event time, not included (history).'),
});

/** The arrow encoder holds a whole file in memory, as objects: its files are smaller. */
const ARROW_FILE_BYTES = 8_388_608;

type Values = z.output<typeof Settings>;

/** The configuration of every process. Durations in milliseconds, folders absolute. */
export type Config = ReturnType<typeof readConfig>;

/** Reads the configuration from an environment. @throws SoundFlowError BAD_SETTING naming the setting, its value and an example. */
export function readConfig(env: Environment, root: string = env.SOUNDFLOW_ROOT ?? process.cwd()) {
  const values = readSettings(env);
  const home = isAbsolute(values.SOUNDFLOW_HOME) ? values.SOUNDFLOW_HOME : resolve(root, values.SOUNDFLOW_HOME);
  const folder = (part: string) => join(home, part);
  return {
    root,
    home,
    healthFile: values.SOUNDFLOW_HEALTH_FILE,
    profile: values.SOUNDFLOW_PROFILE,
    folders: {
      tools: env.SOUNDFLOW_TOOLS ?? folder('tools'),
      kafka: folder('kafka'),
      temporal: folder('temporal'),
      lake: folder('lake'),
      storage: folder('storage'),
      warehouse: folder('warehouse'),
      catalog: folder('catalog'),
      logs: folder('logs'),
    },
    temporal: temporalOf(env, values),
    kafka: kafkaOf(env, values),
    google: googleOf(values.SOUNDFLOW_PROFILE, values),
    landing: {
      tickMs: values.LANDING_TICK,
      window: values.LANDING_WINDOW,
      caps: {
        segmentEvents: values.LANDING_SEGMENT_EVENTS,
        segmentBytes: values.LANDING_SEGMENT_BYTES,
        batchEvents: values.LANDING_BATCH_EVENTS,
        batchBytes: values.LANDING_BATCH_BYTES,
        batchSegments: values.LANDING_BATCH_SEGMENTS,
      },
      fileBytes: fileBytesOf(values),
      group: values.LANDING_GROUP,
      deadLetterShare: values.LANDING_DEAD_LETTER_SHARE,
    },
    encoder: {
      kind: values.LANDING_ENCODER,
      scratch: values.LANDING_SCRATCH === 'auto' ? null : resolve(root, values.LANDING_SCRATCH),
    },
    freshness: { maxAgeMs: values.FRESHNESS_MAX_AGE, reference: values.FRESHNESS_REFERENCE },
    dbt: { python: env.SOUNDFLOW_DBT_PYTHON ?? null },
    eventsim: {
      mode: values.EVENTSIM_MODE,
      seed: values.EVENTSIM_SEED,
      rate: values.EVENTSIM_RATE,
      speed: values.EVENTSIM_SPEED,
      catchUpMs: values.EVENTSIM_CATCH_UP,
      count: values.EVENTSIM_COUNT,
      from: values.EVENTSIM_FROM,
      to: values.EVENTSIM_TO,
    },
  };
}

/** Name, default and meaning of every setting, in the order of `.env.example`. */
export function settings(): readonly { readonly name: string; readonly fallback: string; readonly about: string }[] {
  return Object.entries(Settings.shape).map(([name, read]) => {
    const meta = z.globalRegistry.get(read);
    return { name, fallback: String(meta?.fallback), about: String(meta?.about) };
  });
}

function readSettings(env: Environment): Values {
  const known = settings();
  const given = Object.fromEntries(known.map(({ name, fallback }) => [name, textOr(env[name], fallback)]));
  const parsed = Settings.safeParse(given);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    const example = known.find((one) => one.name === name)?.fallback ?? '';
    return `${name}=${JSON.stringify(given[name])}: ${issue.message}. Example: ${name}=${example}`;
  });
  throw new SoundFlowError(
    'BAD_SETTING',
    [...wrong, 'Set it in the environment or in the file .env; .env.example lists all settings.'].join('\n'),
  );
}

function fileBytesOf({ LANDING_ENCODER, LANDING_SEGMENT_BYTES }: Values): number {
  return LANDING_ENCODER === 'arrow' ? Math.min(LANDING_SEGMENT_BYTES, ARROW_FILE_BYTES) : LANDING_SEGMENT_BYTES;
}

function temporalOf(env: Environment, values: Values) {
  const given =
    env.TEMPORAL_ADDRESS !== undefined || env.TEMPORAL_PROFILE !== undefined || env.TEMPORAL_CONFIG_FILE !== undefined;
  const address = `127.0.0.1:${String(values.SOUNDFLOW_TEMPORAL_PORT)}`;
  const ports = {
    port: values.SOUNDFLOW_TEMPORAL_PORT,
    uiPort: values.SOUNDFLOW_TEMPORAL_UI_PORT,
    metricsPort: values.SOUNDFLOW_TEMPORAL_METRICS_PORT,
  };
  const common = { ...ports, external: given, taskQueue: values.SOUNDFLOW_TASK_QUEUE };
  if (!given) return { ...common, connection: { address }, namespace: values.TEMPORAL_NAMESPACE };
  try {
    const loaded = loadClientConnectConfig({ overrideEnvVars: defined(env) });
    return { ...common, connection: loaded.connectionOptions, namespace: loaded.namespace ?? values.TEMPORAL_NAMESPACE };
  } catch (cause) {
    throw new SoundFlowError(
      'BAD_SETTING',
      `Temporal's settings: ${messageOf(cause)}. Example: TEMPORAL_ADDRESS=127.0.0.1:7233`,
      { cause },
    );
  }
}

/** As for all settings, a blank one is one that is not set. */
function defined(env: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, value]])),
  );
}

function textOr(given: string | undefined, fallback: string): string {
  const trimmed = given?.trim() ?? '';
  return trimmed === '' ? fallback : trimmed;
}
