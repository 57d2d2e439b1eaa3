import { lowDiskWarning } from '../tools/disk.mjs';
import { watchParent } from '../tools/parent.mjs';
import { createLog, label, type Log } from '../tools/progress.mjs';
import { onSignals } from '../tools/signals.mjs';
import { readConfig, type Config } from '../temporal.config.ts';
import { openCatalog, openRepository } from '../workers/compose.ts';
import { openMarts } from '../workers/open-warehouse.ts';
import {
  openLocal,
  startBroker,
  startEventsim,
  startLake,
  startTemporal,
  startWorkers,
  STOP_ORDER,
  type LocalPipeline,
} from './local/local-pipeline.ts';
import { topSongs, watch } from './local/watch.ts';
import { table } from './table.ts';

/** Runs the local profile in the foreground until it is told to stop, or the npm above it is gone. */
export async function start(env: NodeJS.ProcessEnv): Promise<number> {
  const config = readConfig(env);
  const log = createLog(process.stdout);
  const warning = await lowDiskWarning(config.home);
  if (warning !== null) log.line(`warning: ${warning}`);
  const local = await openLocal(config, { env, log });
  const told = stopWhenTold(local, log);
  try {
    await Promise.race([run(local, log, told.signal), told.promise]);
    await told.promise;
  } finally {
    await stop(local, log);
    told.release();
  }
  return 0;
}

async function run(local: LocalPipeline, log: Log, signal: AbortSignal): Promise<void> {
  const { config } = local;
  const say = (stage: string, text: string) => {
    log.line(`${label(stage)}${text}`);
  };
  await Promise.all([startTemporal(local), startBroker(local), startLake(local)]);
  say('temporal', `http://127.0.0.1:${String(config.temporal.uiPort)} (Web UI), ${config.temporal.connection.address ?? ''}`);
  say('broker', `${config.kafka.brokers.join(', ')}: ${[...(await openRepository(config)).topics.keys()].join(', ')}`);
  if (config.profile === 'emulated') {
    say('storage', `${config.google.storage.endpoint ?? ''}: bucket ${config.google.storage.bucket}`);
  }
  startWorkers(local);
  startEventsim(local);
  say('workers', `landing every ${String(config.landing.tickMs / 1000)} s; logs in ${config.folders.logs}`);
  say('eventsim', `about ${String(config.eventsim.rate * config.eventsim.speed)} events per second`);
  await tell(config, say, signal);
}

async function tell(config: Config, say: (stage: string, text: string) => void, signal: AbortSignal): Promise<void> {
  const catalog = await openCatalog(config);
  const marts = await openMarts(config);
  const { topics } = await openRepository(config);
  let shown = false;
  await watch({ catalog, topics: [...topics.keys()], say, signal }, async (run) => {
    if (shown || run.status !== 'succeeded') return;
    shown = true;
    const songs = await topSongs(marts, 10);
    say('marts', `the top songs now (npm run soundflow -- marts shows more)\n\n${songTable(songs)}\n`);
  });
  await catalog.close();
}

/** The table of the most popular songs. */
export function songTable(songs: Awaited<ReturnType<typeof topSongs>>): string {
  return table(['rank', 'song', 'artist', 'plays', 'listeners', 'popularity'], songs);
}

/** Resolves when a signal comes or npm dies; twice Ctrl-C kills at once. */
export function stopWhenTold({ supervisor }: LocalPipeline, log: Log) {
  const told = new AbortController();
  const promise = new Promise<void>((resolve) => {
    told.signal.addEventListener('abort', () => {
      resolve();
    });
  });
  const stopWatching = watchParent(() => {
    log.line('npm is gone: stopping');
    told.abort();
  });
  const stopListening = onSignals({
    stop: (signal) => {
      log.line(`${signal}: stopping; once more ends at once`);
      told.abort();
    },
    hurry: () => {
      supervisor.kill();
    },
  });
  const release = () => {
    stopWatching();
    stopListening();
  };
  return { promise, signal: told.signal, release };
}

/** Ends every process that was started, in order, and says so. */
export async function stop({ supervisor }: LocalPipeline, log: Log): Promise<void> {
  await supervisor.stop(STOP_ORDER, {
    onEnd: ({ name, how, seconds }) => {
      if (how !== 'was not running') log.line(`${label(name)}${how} after ${seconds.toFixed(1)} s`);
    },
  });
}
