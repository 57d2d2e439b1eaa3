import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { killGroup } from './child.mjs';
import { startTimeOf } from './identity.mjs';
import { releaseLock, takeLock } from './lock.mjs';
import { openLogFiles } from './log-files.mjs';
import { endLeftovers, recordProcesses } from './process-record.mjs';
import { SetupError } from './setup-error.mjs';

/**
 * A process to keep running.
 * @typedef {object} PartCommand
 * @property {string} name also the name of its log file
 * @property {string} command
 * @property {readonly string[]} args
 * @property {NodeJS.ProcessEnv} env
 * @property {string} [cwd]
 * @property {(line: string) => void} [onLine] told each line of its stdout, which is then not logged
 * @property {(how: string) => void} [onEnd] told how it ended; a part that has it ends by itself and is not started again
 */

/** How a part ended when told to. @typedef {{ name: string, how: 'ended' | 'killed' | 'was not running', seconds: number }} Ending */

/**
 * @typedef {object} Running
 * @property {PartCommand} part
 * @property {number | undefined} pid absent while it waits to be started again
 * @property {string} startTime
 * @property {Promise<string>} gone how its process ended, once it has
 * @property {number} deaths in a row, each after less than a minute
 * @property {NodeJS.Timeout | undefined} again
 */

const GRACE_MS = 30_000;
const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 30_000;
const STEADY_MS = 60_000;

/**
 * Takes `home` for this process, ends what a killed run left there, and keeps parts running.
 * @param {{ home: string, say: (text: string) => void, firstDelayMs?: number }} options `say` is told of leftovers and of parts that died
 * @returns {Promise<Supervisor>}
 * @throws SetupError when another process holds the home
 */
export async function openSupervisor({ home, say, firstDelayMs = FIRST_DELAY_MS }) {
  const holder = takeLock(lockFile(home));
  if (holder !== null) {
    throw new SetupError(
      `SoundFlow already runs in ${home}: process ${holder.pid} holds it. Stop that one, or set SOUNDFLOW_HOME to another folder.`,
    );
  }
  await endLeftovers(home, say);
  return new Supervisor(home, say, firstDelayMs);
}

/** Keeps the parts of a home running until told to stop; made by `openSupervisor`. */
export class Supervisor {
  /** @type {Map<string, Running>} */
  #running = new Map();
  /** @type {Promise<Ending[]> | undefined} */
  #stopped;
  #stopping = false;
  #home;
  #say;
  #firstDelayMs;
  #logs;
  #killAll = () => this.#running.forEach(({ pid }) => killGroup(pid, 'SIGKILL'));

  /** @param {string} home @param {(text: string) => void} say @param {number} firstDelayMs */
  constructor(home, say, firstDelayMs) {
    this.#home = home;
    this.#say = say;
    this.#firstDelayMs = firstDelayMs;
    this.#logs = openLogFiles(join(home, 'logs'));
    process.on('exit', this.#killAll);
  }

  /** Starts a part and keeps it running. @param {PartCommand} part */
  start(part) {
    if (this.#stopping) throw new Error(`${part.name} is not started: everything is being stopped`);
    if (this.#running.has(part.name)) throw new Error(`${part.name} runs already`);
    this.#launch(part, 0);
  }

  /** Where a part's output goes. @param {string} name @returns {string} */
  logFile(name) {
    return this.#logs.path(name);
  }

  /** The pid of a part, null while it does not run. @param {string} name @returns {number | null} */
  pidOf(name) {
    return this.#running.get(name)?.pid ?? null;
  }

  /**
   * Ends the named parts one after the other, then any other, then gives the home back. Nothing is started from now on.
   * @param {readonly string[]} order
   * @param {{ graceMs?: number, onEnd?: (ending: Ending) => void }} [options] `graceMs`: from SIGTERM to SIGKILL, 30 s
   * @returns {Promise<Ending[]>} the same for every call
   */
  stop(order, { graceMs = GRACE_MS, onEnd } = {}) {
    this.#stopping = true;
    this.#stopped ??= this.#stopAll(order, graceMs, onEnd);
    return this.#stopped;
  }

  /** Kills everything now; a `stop` in progress then comes to its end. */
  kill() {
    this.#stopping = true;
    this.#killAll();
  }

  /** @param {readonly string[]} order @param {number} graceMs @param {((ending: Ending) => void) | undefined} onEnd */
  async #stopAll(order, graceMs, onEnd) {
    for (const { again } of this.#running.values()) clearTimeout(again);
    /** @type {Ending[]} */
    const endings = [];
    for (const name of new Set([...order, ...[...this.#running.keys()].reverse()])) {
      const ending = await endPart(name, this.#running.get(name), graceMs);
      endings.push(ending);
      onEnd?.(ending);
    }
    process.off('exit', this.#killAll);
    this.#logs.close();
    releaseLock(lockFile(this.#home));
    return endings;
  }

  /** @param {PartCommand} part @param {number} deaths */
  #launch(part, deaths) {
    const since = Date.now();
    const { pid, gone } = spawnPart(part, this.#logs);
    const startTime = pid === undefined ? null : startTimeOf(pid);
    /** @type {Running} */
    const entry = { part, pid, startTime: startTime ?? '', gone, deaths, again: undefined };
    this.#running.set(part.name, entry);
    this.#record();
    void gone.then((how) => this.#buried(entry, how, Date.now() - since));
  }

  /** @param {Running} entry @param {string} how @param {number} livedMs */
  #buried(entry, how, livedMs) {
    const { part } = entry;
    killGroup(entry.pid, 'SIGKILL');
    entry.pid = undefined;
    this.#record();
    part.onEnd?.(how);
    if (this.#stopping || part.onEnd) return;
    const deaths = livedMs > STEADY_MS ? 0 : entry.deaths;
    const delay = Math.min(this.#firstDelayMs * 2 ** deaths, LONGEST_DELAY_MS);
    this.#say(
      `${part.name} ended by itself (${how}); starting it again in ${delay / 1000} s. Its log: ${this.logFile(part.name)}`,
    );
    entry.again = setTimeout(() => this.#launch(part, deaths + 1), delay);
  }

  #record() {
    const processes = [...this.#running.values()].flatMap(({ part: { name }, pid, startTime }) =>
      pid === undefined ? [] : [{ name, pid, startTime }],
    );
    recordProcesses(this.#home, processes);
  }
}

/** @param {PartCommand} part @param {import('./log-files.mjs').LogFiles} logs @returns {{ pid: number | undefined, gone: Promise<string> }} */
function spawnPart({ name, command, args, env, cwd, onLine }, logs) {
  const log = logs.open(name);
  const child = spawn(command, args, { env, cwd, detached: true, stdio: ['ignore', onLine ? 'pipe' : log, log] });
  closeSync(log);
  if (onLine && child.stdout) createInterface({ input: child.stdout }).on('line', onLine);
  /** @type {Promise<string>} */
  const gone = new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  return { pid: child.pid, gone };
}

/** @param {string} name @param {Running | undefined} entry @param {number} graceMs @returns {Promise<Ending>} */
async function endPart(name, entry, graceMs) {
  if (entry?.pid === undefined) return { name, how: 'was not running', seconds: 0 };
  const since = Date.now();
  const { pid, gone } = entry;
  let killed = false;
  const timer = setTimeout(() => {
    killed = true;
    killGroup(pid, 'SIGKILL');
  }, graceMs);
  killGroup(pid, 'SIGTERM');
  await gone;
  clearTimeout(timer);
  killGroup(pid, 'SIGKILL');
  return { name, how: killed ? 'killed' : 'ended', seconds: (Date.now() - since) / 1000 };
}

/** @param {string} home */
function lockFile(home) {
  return join(home, 'supervisor.lock');
}
