import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toolbox } from '../tests/setup/engine.mjs';
import { runWell } from '../tools/child.mjs';
import { withLock } from '../tools/lock.mjs';
import { ensureParts } from '../tools/parts.mjs';
import { buildStamped, fingerprint, readStamp } from '../tools/stamp.mjs';
import type { Command } from './contestant.ts';
import type { Filled } from './fill-topic.ts';

/** The names of all peers, quickest first. */
export const PEERS = ['raw', 'spark', 'naive'] as const;

/** What the same topic is also read with. */
export type Peer = (typeof PEERS)[number];

/** What a peer is told: where the topic is, what it holds, and a folder of its own to write into. */
export interface PeerOrders {
  readonly address: string;
  readonly topic: string;
  readonly filled: Filled;
  readonly folder: string;
}

interface SparkPart {
  readonly python: string;
  readonly jars: string;
  readonly javaHome: string;
}

const ROOT = process.cwd();
const WARM_EVENTS = 1_000_000;
const FILE_EVENTS = 125_000;

/** Has ready what a peer is made of, and answers the command that runs it. One answer for each peer: a new one does not compile without. */
export const PEER_COMMANDS: Readonly<Record<Peer, (orders: PeerOrders) => Promise<Command>>> = { raw, spark, naive };

function raw({ address, topic, filled }: PeerOrders): Promise<Command> {
  const orders = JSON.stringify({ address, topic, ends: filled.ends });
  const args = ['--import', 'tsx', 'bench/peers/raw/consumer.ts', orders];
  return Promise.resolve({ name: 'raw', program: process.execPath, args, env: process.env, cwd: ROOT });
}

async function spark({ address, topic, filled, folder }: PeerOrders): Promise<Command> {
  const parts: { readonly spark: SparkPart } = await ensureParts(['spark'], toolbox());
  const { python, jars, javaHome } = parts.spark;
  const warm = filled.ends.map((end) => Math.min(end, WARM_EVENTS / filled.ends.length));
  const orders = JSON.stringify({ brokers: [address], topic, jars, folder, warm });
  const env = { ...process.env, JAVA_HOME: javaHome, SPARK_LOCAL_IP: '127.0.0.1', SPARK_LOCAL_DIRS: folder };
  return { name: 'spark', program: python, args: ['bench/peers/spark/stream.py', orders], env, cwd: ROOT };
}

async function naive({ address, topic, filled, folder }: PeerOrders): Promise<Command> {
  const home = await installNaive();
  const orders = JSON.stringify({ brokers: [address], topic, folder, events: filled.events, fileEvents: FILE_EVENTS });
  return { name: 'naive', program: process.execPath, args: ['consumer.mjs', orders], env: process.env, cwd: home };
}

/** Installs the naive stack from its own lock beside the tools, once; answers its folder. */
async function installNaive(): Promise<string> {
  const { toolsDir, log, env } = toolbox();
  const folder = join(toolsDir, 'bench-naive');
  const names = ['package.json', 'package-lock.json', 'consumer.mjs'];
  const source = (name: string) => join(ROOT, 'bench', 'peers', 'naive', name);
  const recipe = fingerprint(...names.map((name) => readFileSync(source(name), 'utf8')));
  const say = ({ pid }: { pid: number }) => {
    log.line(`naive: waiting for process ${String(pid)}, which is making it`);
  };
  await withLock(`${folder}.lock`, say, async () => {
    if (readStamp(folder, recipe) !== null) return;
    log.line('naive: fetching its packages (45 MB, once)');
    await buildStamped(folder, recipe, async (temporary) => {
      names.forEach((name) => {
        copyFileSync(source(name), join(temporary, name));
      });
      await runWell('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { env, cwd: temporary });
      return {};
    });
  });
  return folder;
}
