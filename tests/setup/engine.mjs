import { spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { killGroup, whenThisProcessEnds } from '../../tools/child.mjs';
import { defaultToolsDir } from '../../tools/home.mjs';
import { createLog } from '../../tools/progress.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const END_TIMEOUT_MS = 10_000;

/** What runs now, by folder. @type {Map<string, () => Promise<void>>} */
const running = new Map();

/** Where the tests' tools lie and are reported. @returns {{ toolsDir: string, log: import('../../tools/progress.mjs').Log, env: NodeJS.ProcessEnv }} */
export function toolbox() {
  return { toolsDir: defaultToolsDir(ROOT, process.env), log: createLog(), env: process.env };
}

/** A new empty folder for an engine, gone at the latest when this process ends. @param {string} name @returns {string} */
export function engineFolder(name) {
  const folder = mkdtempSync(join(tmpdir(), `soundflow-${name}-`));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * Starts an engine whose output goes to `engine.log` in `folder`; it is killed when this process ends in whatever way it can notice.
 * @param {{ command: string, args: string[], env: NodeJS.ProcessEnv, cwd?: string }} command
 * @param {string} folder removed when it stops
 * @param {() => Promise<unknown>} whenReady resolves when the engine can be used
 * @returns {Promise<() => Promise<void>>} stops it
 */
export async function startEngine({ command, args, env, cwd }, folder, whenReady) {
  const log = join(folder, 'engine.log');
  const output = openSync(log, 'a');
  const child = spawn(command, args, { env, cwd: cwd ?? folder, detached: true, stdio: ['ignore', output, output] });
  /** @type {Promise<string>} */
  const gone = new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(`it ended with ${code ?? signal}`));
  });
  const release = whenThisProcessEnds(() => {
    killGroup(child.pid, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  const stop = async () => {
    killGroup(child.pid, 'SIGTERM');
    const timer = setTimeout(() => killGroup(child.pid, 'SIGKILL'), END_TIMEOUT_MS);
    await gone;
    clearTimeout(timer);
    release();
    running.delete(folder);
    rmSync(folder, { recursive: true, force: true });
  };
  running.set(folder, stop);
  const died = gone.then((how) => {
    throw new Error(`${command} did not come up: ${how}\n${readFileSync(log, 'utf8').slice(-2000)}`);
  });
  try {
    await Promise.race([whenReady(), died]);
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Ends every engine this process started. */
export async function stopEngines() {
  await Promise.all([...running.values()].map((stop) => stop()));
}
