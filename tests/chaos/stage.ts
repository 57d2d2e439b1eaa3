import { execFile } from 'node:child_process';
import { mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflows } from '../../workers/run-workers.ts';
import { connectBroker, type KafkaBroker } from './broker.ts';
import { ownTemporal } from './engines.ts';
import { WorkerProcess, type Programs } from './worker-process.ts';

/** What all cases of a run share, each made when it is first asked for. */
export interface Stage {
  readonly temporal: string;
  programs(): Promise<Programs>;
  /** A healthy worker process that serves many cases; there are two. */
  host(which: 'first' | 'second'): Promise<WorkerProcess>;
  broker(): Promise<KafkaBroker>;
  client(address: string): Promise<Client>;
  /** Address of a second Temporal server, that knows nothing of the first. */
  otherTemporal(): Promise<string>;
  close(): Promise<void>;
}

/** The stage of the engines that the tests' global setup started. */
export function openStage(): Stage {
  const endings: (() => Promise<unknown>)[] = [];
  const hosts = new Map<string, Promise<WorkerProcess>>();
  const clients = new Map<string, Promise<Client>>();
  const ending = <T>(made: T, end: (made: T) => Promise<unknown>): T => {
    endings.unshift(() => end(made));
    return made;
  };
  const programs = once(makePrograms);
  const startHost = async () => ending(await WorkerProcess.start(await programs()), (host) => host.kill());
  const connect = async (address: string) => {
    const connection = ending(await Connection.connect({ address }), (it) => it.close());
    return new Client({ connection });
  };
  return {
    temporal: needed('TEST_TEMPORAL_ADDRESS'),
    programs,
    host: (which) => remember(hosts, which, startHost),
    broker: once(async () => ending(await connectBroker(needed('TEST_KAFKA_BROKERS').split(',')), (it) => it.close())),
    client: (address) => remember(clients, address, () => connect(address)),
    otherTemporal: once(async () => {
      const home = await mkdtemp(join(needed('TEST_SCRATCH'), 'other-'));
      const server = ending(await ownTemporal(home), (it) => it.close());
      await server.start();
      return server.address;
    }),
    close: async () => {
      for (const end of endings) await end();
    },
  };
}

/** A setting that the tests' global setup makes. */
export function needed(name: string): string {
  const value = process.env[name];
  if (value === undefined)
    throw new Error(`${name} is not set: run through jest's project "server" or "chaos", which start the engines`);
  return value;
}

/** Bundles the worker's program, so that starting many of them is cheap, and the workflows. */
async function makePrograms(): Promise<Programs> {
  const folder = await mkdtemp(join(needed('TEST_SCRATCH'), 'programs-'));
  await symlink(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
  const worker = join(folder, 'worker.mjs');
  const esbuild = ['node_modules/esbuild/bin/esbuild', 'tests/chaos/landing-worker.ts', '--bundle', '--platform=node'];
  const flags = ['--format=esm', '--packages=external', '--log-level=error', `--outfile=${worker}`];
  await promisify(execFile)(process.execPath, [...esbuild, ...flags]);
  const workflows = join(folder, 'workflows.js');
  await writeFile(workflows, (await bundleWorkflows(process.cwd())).code);
  return { worker, workflows };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => (made ??= make());
}

function remember<T>(known: Map<string, Promise<T>>, name: string, make: () => Promise<T>): Promise<T> {
  const made = known.get(name) ?? make();
  known.set(name, made);
  return made;
}
