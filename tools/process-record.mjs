import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { killGroup } from './child.mjs';
import { isAlive } from './identity.mjs';
import { isIdentity } from './lock.mjs';

/** A process that was started for a home. @typedef {import('./identity.mjs').Identity & { name: string }} Recorded */

const GRACE_MS = 5000;
const POLL_MS = 50;

/** Writes which processes run for `home`, in the order they were started. @param {string} home @param {readonly Recorded[]} processes */
export function recordProcesses(home, processes) {
  const file = recordFile(home);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, `${JSON.stringify(processes, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

/** The processes last recorded for `home`; none when the record is absent or torn. @param {string} home @returns {Recorded[]} */
export function recordedProcesses(home) {
  const file = recordFile(home);
  if (!existsSync(file)) return [];
  try {
    /** @type {unknown} */
    const value = JSON.parse(readFileSync(file, 'utf8'));
    return Array.isArray(value) ? value.filter(isRecorded) : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

/**
 * Ends what an earlier run left, last started first: exactly the recorded processes whose start time is still the same,
 * each with its group.
 * @param {string} home
 * @param {(text: string) => void} say told of each
 * @param {{ graceMs?: number }} [options] from SIGTERM to SIGKILL
 * @returns {Promise<string[]>} names of those that were ended
 */
export async function endLeftovers(home, say, { graceMs = GRACE_MS } = {}) {
  /** @type {string[]} */
  const ended = [];
  for (const left of recordedProcesses(home).reverse()) {
    if (!isAlive(left)) continue;
    say(`ending ${left.name} (process ${left.pid}), left by a run that was killed`);
    killGroup(left.pid, 'SIGTERM');
    if (!(await isGone(left, graceMs))) killGroup(left.pid, 'SIGKILL');
    await isGone(left, graceMs);
    ended.push(left.name);
  }
  rmSync(recordFile(home), { force: true });
  return ended;
}

/** @param {Recorded} process @param {number} timeoutMs */
async function isGone(process, timeoutMs) {
  const deadline = Date.now() + timeoutMs;
  while (isAlive(process) && Date.now() < deadline) await wait(POLL_MS);
  return !isAlive(process);
}

/** @param {string} home */
function recordFile(home) {
  return join(home, 'processes.json');
}

/** @param {unknown} value @returns {value is Recorded} */
function isRecorded(value) {
  return isIdentity(value) && 'name' in value && typeof value.name === 'string';
}
