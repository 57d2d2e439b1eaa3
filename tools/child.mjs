import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** @typedef {NodeJS.ProcessEnv} Env */

const KEPT_OUTPUT = 64 * 1024;
const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * The first executable file called `name` on the PATH of `env`, or null.
 * @param {string} name @param {Env} env @returns {string | null}
 */
export function findOnPath(name, env) {
  const candidates = (env.PATH ?? '').split(delimiter).filter(Boolean);
  return candidates.map((folder) => join(folder, name)).find(isExecutable) ?? null;
}

/** True for a file that may be run. @param {string} file @returns {boolean} */
export function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * Runs a command to its end in a process group of its own, which ends with this process, and collects what it prints.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env: Env, cwd?: string, timeoutMs?: number, onStart?: (pid: number | undefined) => void }} options after `timeoutMs` the group is killed
 * @returns {Promise<{ code: number | null, output: string }>} `output`: the last 64 KiB of stdout and stderr together
 */
export function run(command, args, { env, cwd, timeoutMs, onStart }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const release = whenThisProcessEnds(() => killGroup(child.pid, 'SIGTERM'));
    onStart?.(child.pid);
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => killGroup(child.pid, 'SIGKILL'), timeoutMs);
    let output = '';
    /** @param {Buffer} chunk */
    const keep = (chunk) => {
      output = (output + chunk.toString('utf8')).slice(-KEPT_OUTPUT);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const settle = () => {
      clearTimeout(timer);
      release();
    };
    child.on('error', (error) => {
      settle();
      reject(error);
    });
    child.on('close', (code) => {
      settle();
      resolve({ code, output });
    });
  });
}

/**
 * Runs a command and wants success. @throws Error with the command and the last lines it printed.
 * @param {string} command @param {readonly string[]} args @param {{ env: Env, cwd?: string, timeoutMs?: number }} options
 * @returns {Promise<string>} what it printed
 */
export async function runWell(command, args, options) {
  const { code, output } = await run(command, args, options);
  if (code === 0) return output;
  const tail = output.trim().split('\n').slice(-12).join('\n');
  throw new Error(`${command} ${args.slice(0, 3).join(' ')} ended with ${code ?? 'a signal'}:\n${tail}`);
}

/** Sends a signal to a process group; false when there is none. @param {number | undefined} pid @param {NodeJS.Signals} signal */
export function killGroup(pid, signal) {
  if (pid === undefined) return false;
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}

/**
 * Runs `action` when this process ends, by itself or by a signal that can be caught; a signal then ends it as it would have.
 * @param {() => void} action synchronous
 * @returns {() => void} call it when the action is no longer wanted
 */
export function whenThisProcessEnds(action) {
  /** @param {NodeJS.Signals} received */
  const onSignal = (received) => {
    action();
    release();
    if (process.listenerCount(received) === 0) process.kill(process.pid, received);
  };
  const release = () => {
    process.off('exit', action);
    for (const name of SIGNALS) process.off(name, onSignal);
  };
  process.on('exit', action);
  for (const name of SIGNALS) process.on(name, onSignal);
  return release;
}
