import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { SoundFlowError } from '../../core/errors.ts';
import { codeOf } from './system-error.ts';

/** How long a process that was asked to end has before it is killed. */
const GRACE_MS = 10_000;
const STDERR_KEPT = 4000;

/** A process to run: `signal` ends its whole group, `onLine` gets each line of its standard output. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly signal: AbortSignal | undefined;
  readonly onLine: (line: string) => void;
}

/** How a process ended: its exit code, or null when a signal killed it, and the end of its standard error. */
export interface Ended {
  readonly code: number | null;
  readonly stderr: string;
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/**
 * Runs a command as the leader of a process group, with a pipe on its standard input that closes when this process is gone.
 * @throws CANCELLED when `signal` ended it, BUILD_FAILED when it cannot be started.
 */
export async function runInGroup(command: Command): Promise<Ended> {
  const { file, args, cwd, signal, onLine } = command;
  throwIfCancelled(signal);
  const child = spawn(file, args, { cwd, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  const release = endOnAbort(child, signal);
  createInterface({ input: child.stdout }).on('line', onLine);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_KEPT);
  });
  try {
    const code = await exitOf(child, file);
    throwIfCancelled(signal);
    return { code, stderr };
  } finally {
    release();
  }
}

function exitOf(child: Child, file: string): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('close', resolve);
    child.once('error', (cause) => {
      reject(
        new SoundFlowError('BUILD_FAILED', `dbt: cannot start ${file}: ${cause.message}. Run npm run tools -- dbt.`, { cause }),
      );
    });
  });
}

function endOnAbort(child: Child, signal: AbortSignal | undefined): () => void {
  let timer: NodeJS.Timeout | undefined;
  const end = () => {
    killGroup(child, 'SIGTERM');
    timer = setTimeout(() => {
      killGroup(child, 'SIGKILL');
    }, GRACE_MS);
  };
  signal?.addEventListener('abort', end, { once: true });
  return () => {
    signal?.removeEventListener('abort', end);
    clearTimeout(timer);
  };
}

function killGroup({ pid }: Child, how: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, how);
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error;
  }
}

function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw new SoundFlowError('CANCELLED', 'dbt: the build was cancelled; its processes have ended.', { cause: signal.reason });
}
