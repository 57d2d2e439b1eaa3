import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { z } from 'zod';
import { SoundFlowError } from '../core/errors.ts';
import { killGroup, whenThisProcessEnds } from '../tools/child.mjs';
import { usageOf, type ProcessUsage } from './process-usage.ts';

/** A program to be measured, with what it needs to run. */
export interface Command {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
}

/**
 * A running program that is measured. It prints one line of JSON when it is ready, works when told `go`, and prints another
 * line when it is done; then it waits for `end`, so that its counters can be read.
 */
export interface Contestant {
  /** The next line it prints, parsed. @throws UNAVAILABLE with its last words when it ends instead. */
  next<T>(shape: z.ZodType<T>): Promise<T>;
  say(word: string): void;
  usage(): ProcessUsage;
  /** Tells it to end, and waits until it has. */
  end(): Promise<void>;
}

/** What a piece of work took: wall time, CPU of all that took part, and the largest peak of memory among them. */
export interface Effort {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakRssMb: number;
}

const LAST_WORDS = 4_000;
const END_TIMEOUT_MS = 20_000;

/** Starts a program in a process group of its own, which ends with this process. */
export function startContestant({ name, program, args, env, cwd }: Command): Contestant {
  const child = spawn(program, args, { env, cwd, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  const release = whenThisProcessEnds(() => killGroup(child.pid, 'SIGKILL'));
  let words = '';
  child.stderr.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString('utf8')).slice(-LAST_WORDS);
  });
  child.stdin.on('error', () => undefined);
  const gone = new Promise<never>((_, reject) => {
    const fail = (how: string) => {
      reject(new SoundFlowError('UNAVAILABLE', `${name}: it ended with ${how} before it was done. It said:\n${words.trim()}`));
    };
    child.once('error', (failure) => {
      fail(failure.message);
    });
    child.once('close', (code, signal) => {
      fail(String(code ?? signal));
    });
  });
  gone.catch(() => undefined);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    next: async (shape) => {
      const line = await Promise.race([lines.next(), gone]);
      if (line.done === true) return gone;
      return shape.parse(JSON.parse(line.value));
    },
    say: (word) => child.stdin.write(`${word}\n`),
    usage: () => usageOf(child.pid ?? 0),
    end: async () => {
      child.stdin.end('end\n');
      await ended(child);
      release();
    },
  };
}

/** Measures `work`, in which the contestants take part. */
export async function measure(contestants: readonly Contestant[], work: () => Promise<void>): Promise<Effort> {
  const before = contestants.map((contestant) => contestant.usage());
  const since = performance.now();
  await work();
  const seconds = (performance.now() - since) / 1000;
  const after = contestants.map((contestant) => contestant.usage());
  const cpu = (usages: readonly ProcessUsage[]) => usages.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
  return { seconds, cpuSeconds: cpu(after) - cpu(before), peakRssMb: Math.max(...after.map(({ peakRssMb }) => peakRssMb)) };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const timer = setTimeout(() => killGroup(child.pid, 'SIGKILL'), END_TIMEOUT_MS);
  await once(child, 'exit');
  clearTimeout(timer);
}
