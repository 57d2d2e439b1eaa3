import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { SoundFlowError } from '../core/errors.ts';
import { whenThisProcessEnds } from '../tools/child.mjs';
import { freeBytes } from '../tools/disk.mjs';
import type { Log } from '../tools/progress.mjs';
import { measure, startContestant } from './contestant.ts';
import { startBroker } from './engines.ts';
import { fillTopic, type Filled } from './fill-topic.ts';
import { filesIn, holdingOf, requireAll } from './lake.ts';
import { PEER_COMMANDS, type Peer } from './peers.ts';
import { REFERENCE, REFERENCE_OF_TWO, type Result } from './report.ts';
import { landBacklog } from './soundflow.ts';

/** What to measure: how many events, against whom, and the share of bad ones in the run beside (0 for none). */
export interface LandOptions {
  readonly events: number;
  readonly peers: readonly Peer[];
  readonly badShare: number;
}

/** What was measured, and on what. */
export interface LandReport {
  readonly events: number;
  readonly partitions: number;
  readonly eventBytes: number;
  readonly results: readonly Result[];
}

interface Stage {
  readonly broker: string;
  readonly filled: Filled;
  readonly log: Log;
}

const TOPIC = 'listen_events';
const PARTITIONS = 4;
const SEED = 1;
/** What an event takes on disk with the broker, and in the files of the hungriest contender. */
const DISK_BYTES = 700;

const ABOUT: Readonly<Record<Peer, string>> = {
  raw: 'a consumer that only counts (the limit)',
  spark: 'Spark Structured Streaming, local[2], warmed up',
  naive: 'kafkajs eachBatch + parquetjs',
};

const Ready = z.object({ phase: z.literal('ready') });
const Done = z.object({ phase: z.literal('done'), events: z.int(), parquet: z.array(z.string()) });

/** Lands a backlog with every contender in turn, each alone. @throws LEDGER when one did not land every event exactly once. */
export async function benchLanding({ events, peers, badShare }: LandOptions, log: Log): Promise<LandReport> {
  await requireDisk(events);
  const clean = await withBacklog({ events, badShare: 0 }, log, async (stage) => {
    const ours = [await soundflow(stage, 1), await soundflow(stage, 2)];
    const theirs: Result[] = [];
    for (const name of peers) theirs.push(await peer(stage, name));
    return { results: [...ours, ...theirs], eventBytes: stage.filled.bytes / events };
  });
  const bad = badShare === 0 ? [] : await withBacklog({ events, badShare }, log, async (stage) => [await soundflow(stage, 1)]);
  const [first, ...others] = clean.results;
  const results = [...(first === undefined ? [] : [first]), ...bad, ...others];
  return { events, partitions: PARTITIONS, eventBytes: Math.round(clean.eventBytes), results };
}

async function withBacklog<T>(
  { events, badShare }: { readonly events: number; readonly badShare: number },
  log: Log,
  work: (stage: Stage) => Promise<T>,
): Promise<T> {
  const broker = await startBroker();
  const step = log.start('fill', `sending ${millions(events)} events`);
  try {
    let told = 0;
    const backlog = { address: broker.address, topic: TOPIC, partitions: PARTITIONS, events, badShare, seed: SEED };
    const filled = await fillTopic(backlog, (sent) => {
      if (sent < told + 500_000) return;
      told = sent;
      step.say(`sent ${millions(sent)} of ${millions(events)} events`);
    });
    log.line(`fill       ${millions(events)} events, ${String(filled.bad)} of them bad, in ${String(Math.round(step.end()))} s`);
    return await work({ broker: broker.address, filled, log });
  } finally {
    step.end();
    await broker.stop();
  }
}

async function soundflow({ broker, filled, log }: Stage, workers: 1 | 2): Promise<Result> {
  const bad = filled.bad > 0;
  const name = `${workers === 1 ? REFERENCE : REFERENCE_OF_TWO}${bad ? '-bad' : ''}`;
  const badPercent = Number(((100 * filled.bad) / filled.events).toPrecision(1));
  const about = `SoundFlow, ${String(workers)} worker${workers === 1 ? '' : 's'}${bad ? `, ${String(badPercent)}% bad` : ''}`;
  return inFolder(name, log, async (home) => {
    const { effort, holding, loopDelayP99Ms } = await landBacklog({ broker, topic: TOPIC, home, workers });
    requireAll(name, holding, filled.events - filled.bad);
    return resultOf({ name, about, events: filled.events }, effort, { bytes: holding.bytes, loopDelayP99Ms });
  });
}

async function peer({ broker, filled, log }: Stage, name: Peer): Promise<Result> {
  return inFolder(name, log, async (folder) => {
    const contestant = startContestant(await PEER_COMMANDS[name]({ address: broker, topic: TOPIC, filled, folder }));
    try {
      await contestant.next(Ready);
      let done: z.output<typeof Done> | null = null;
      const effort = await measure([contestant], async () => {
        contestant.say('go');
        done = await contestant.next(Done);
      });
      const { events, parquet } = Done.parse(done);
      const files = parquet.flatMap(filesIn);
      const holding = parquet.length === 0 ? { rows: events, distinct: events, bytes: null } : await holdingOf(files);
      requireAll(name, { ...holding, bytes: holding.bytes ?? 0 }, filled.events);
      return resultOf({ name, about: ABOUT[name], events }, effort, { bytes: holding.bytes, loopDelayP99Ms: null });
    } finally {
      await contestant.end();
    }
  });
}

function resultOf(
  who: Pick<Result, 'name' | 'about' | 'events'>,
  { seconds, cpuSeconds, peakRssMb }: { readonly seconds: number; readonly cpuSeconds: number; readonly peakRssMb: number },
  { bytes, loopDelayP99Ms }: { readonly bytes: number | null; readonly loopDelayP99Ms: number | null },
): Result {
  const { events } = who;
  return {
    ...who,
    eventsPerCpuSecond: events / cpuSeconds,
    eventsPerSecond: events / seconds,
    peakRssMb,
    bytesPerEvent: bytes === null ? null : bytes / events,
    loopDelayP99Ms,
  };
}

/** Gives `work` an empty folder that goes afterwards, and says how long it took. */
async function inFolder(name: string, log: Log, work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), `soundflow-bench-${name}-`));
  const release = whenThisProcessEnds(() => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  const step = log.start(name, 'landing the backlog');
  try {
    const result = await work(folder);
    const [perCpu, perSecond] = [result.eventsPerCpuSecond, result.eventsPerSecond].map((rate) => String(Math.round(rate)));
    log.line(
      `${name.padEnd(10)} ${String(perCpu)} events per CPU-second, ${String(perSecond)} per second, in ${String(Math.round(step.end()))} s`,
    );
    return result;
  } finally {
    step.end();
    release();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function requireDisk(events: number): Promise<void> {
  const free = await freeBytes(tmpdir());
  const needed = events * DISK_BYTES;
  if (free > needed) return;
  const gb = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  throw new SoundFlowError(
    'BAD_REQUEST',
    `bench: ${gb(needed)} are needed in ${tmpdir()}, and ${gb(free)} are free. Free some, set TMPDIR, or ask for fewer --events.`,
  );
}

function millions(events: number): string {
  return events.toLocaleString('en-US');
}
