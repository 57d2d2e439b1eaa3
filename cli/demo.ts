import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { freePort } from '../tools/ports.mjs';
import { createLog, label, type Log } from '../tools/progress.mjs';
import { SoundFlowError } from '../core/errors.ts';
import type { Catalog, RunRecord } from '../core/ports/catalog.ts';
import { readConfig, type Config } from '../temporal.config.ts';
import { openCatalog, openRepository } from '../workers/compose.ts';
import { openMarts } from '../workers/open-warehouse.ts';
import { demoReport, type DemoReport } from './local/demo-report.ts';
import {
  openLocal,
  startBroker,
  startEventsim,
  startLake,
  startTemporal,
  startWorkers,
  type LocalPipeline,
} from './local/local-pipeline.ts';
import { requireEmptyBucket } from './local/storage.ts';
import { topSongs, watch } from './local/watch.ts';
import { ledgerText } from './ledger.ts';
import { songTable, stop, stopWhenTold } from './start.ts';
import { grouped, table } from './table.ts';

const Counts = z.record(z.string(), z.int());

/** Runs the whole pipeline on a bounded history in a home of its own; answers 0 when its ledger balances to zero. */
export async function demo(env: NodeJS.ProcessEnv, argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: { json: { type: 'boolean', default: false }, events: { type: 'string' }, seed: { type: 'string' } },
  });
  const config = await demoConfig(env, values);
  const log = createLog(process.stderr);
  const began = Date.now();
  const local = await openLocal(config.config, { env: config.env, log });
  await removeState(config.config);
  const told = stopWhenTold(local, log);
  try {
    const interrupted = told.promise.then((): never => {
      throw new SoundFlowError('CANCELLED', 'demo: stopped before its end.');
    });
    const toolchain = (Date.now() - began) / 1000;
    const report = await Promise.race([play(local, { log, toolchain }), interrupted]);
    process.stdout.write(`${values.json ? JSON.stringify(report) : await reportText(config.config, report)}\n`);
    return report.difference === 0 ? 0 : 1;
  } finally {
    await stop(local, log);
    told.release();
  }
}

/** A demo begins anew; what an earlier one kept goes once this process holds the home. */
async function removeState({ folders }: Config): Promise<void> {
  const { kafka, temporal, lake, storage, warehouse, catalog } = folders;
  for (const folder of [kafka, temporal, lake, storage, warehouse, catalog]) await rm(folder, { recursive: true, force: true });
}

async function demoConfig(env: NodeJS.ProcessEnv, asked: { readonly events?: string; readonly seed?: string }) {
  const outer = readConfig(env);
  if (outer.profile === 'gcp') {
    throw new SoundFlowError(
      'BAD_SETTING',
      'SOUNDFLOW_PROFILE=gcp: the demo begins with an empty lake and stays on this machine. Run it with SOUNDFLOW_PROFILE=local or emulated.',
    );
  }
  const [kafka, controller, temporal, ui, metrics, storage] = await Promise.all(Array.from({ length: 6 }, freePort));
  const inner = {
    ...env,
    SOUNDFLOW_HOME: join(outer.home, 'demo'),
    SOUNDFLOW_TOOLS: outer.folders.tools,
    SOUNDFLOW_KAFKA_PORT: String(kafka),
    SOUNDFLOW_KAFKA_CONTROLLER_PORT: String(controller),
    SOUNDFLOW_TEMPORAL_PORT: String(temporal),
    SOUNDFLOW_TEMPORAL_UI_PORT: String(ui),
    SOUNDFLOW_TEMPORAL_METRICS_PORT: String(metrics),
    SOUNDFLOW_GCS_PORT: String(storage),
    EVENTSIM_MODE: 'history',
    EVENTSIM_COUNT: asked.events ?? env.EVENTSIM_COUNT,
    EVENTSIM_SEED: asked.seed ?? env.EVENTSIM_SEED,
    FRESHNESS_REFERENCE: 'newest event',
    TEMPORAL_ADDRESS: undefined,
    KAFKA_BROKERS: undefined,
  };
  return { config: readConfig(inner), env: inner };
}

async function play(
  local: LocalPipeline,
  { log, toolchain }: { readonly log: Log; readonly toolchain: number },
): Promise<DemoReport> {
  const { config } = local;
  const seconds: Record<string, number> = { toolchain };
  const timed = async <T>(stage: string, work: Promise<T>): Promise<T> => {
    const since = Date.now();
    const result = await work;
    seconds[stage] = (Date.now() - since) / 1000;
    return result;
  };
  const say = (stage: string, text: string) => {
    log.line(`${label(stage)}${text}`);
  };
  say('demo', `${grouped(config.eventsim.count)} events, seed ${String(config.eventsim.seed)}, in ${config.home}`);
  const temporal = startTemporal(local);
  await timed('start', Promise.all([startBroker(local), startLake(local)]));
  await requireEmptyBucket(config);
  const produced = await timed('generate', generate(local, say));
  say('eventsim', `${grouped(Object.values(produced).reduce((sum, count) => sum + count, 0))} events acknowledged`);
  await temporal;
  startWorkers(local);
  const catalog = await openCatalog(config);
  const run = await timed('pipeline', firstRun(config, catalog, say));
  const report = await demoReport({
    catalog,
    marts: await openMarts(config),
    topics: [...(await openRepository(config)).topics.keys()],
    produced,
    seconds,
  });
  await catalog.close();
  if (run.status !== 'succeeded') throw new SoundFlowError('LEDGER', `demo: the run ${run.status}: ${run.summary}`);
  return report;
}

async function generate(
  local: LocalPipeline,
  say: (stage: string, text: string) => void,
): Promise<Readonly<Record<string, number>>> {
  let last = '';
  const how = await new Promise<string>((resolve) => {
    startEventsim(local, {
      onLine: (line) => {
        if (!line.startsWith('{')) say('eventsim', line);
        last = line;
      },
      onEnd: resolve,
    });
  });
  if (how !== 'exit code 0')
    throw new SoundFlowError(
      'UNAVAILABLE',
      `demo: the generator ended with ${how}. See ${local.supervisor.logFile('eventsim')}.`,
    );
  return Counts.parse(JSON.parse(last));
}

async function firstRun(config: Config, catalog: Catalog, say: (stage: string, text: string) => void): Promise<RunRecord> {
  const { topics } = await openRepository(config);
  const ended = new AbortController();
  return new Promise((resolve, reject) => {
    watch({ catalog, topics: [...topics.keys()], say, signal: ended.signal }, (run) => {
      ended.abort();
      resolve(run);
      return Promise.resolve();
    }).catch(reject);
  });
}

async function reportText(config: Config, report: DemoReport): Promise<string> {
  const catalog = await openCatalog(config);
  const ledger = ledgerText(await catalog.ledger(), report.difference);
  await catalog.close();
  const topics = Object.keys(report.produced).map((topic) => {
    const of = (counts: Readonly<Record<string, number>>) => counts[topic] ?? 0;
    return [topic, of(report.produced), of(report.landed), of(report.deadLetters), of(report.loaded)];
  });
  const marts = Object.entries(report.marts).map(([mart, rows]) => [mart, rows]);
  return [
    table(['topic', 'produced', 'landed', 'dead letters', 'loaded'], topics),
    table(['mart', 'rows'], marts),
    songTable(await topSongs(await openMarts(config), 10)),
    ledger,
  ].join('\n\n');
}
