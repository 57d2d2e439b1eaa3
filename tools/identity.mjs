import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * A process and when it began: a pid alone may be somebody else's by now.
 * @typedef {{ pid: number, startTime: string }} Identity
 */

/** When the process `pid` began, as text to compare; null when there is none, or only its zombie. @param {number} pid @returns {string | null} */
export function startTimeOf(pid) {
  return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
}

/** This very process. @returns {Identity} */
export function ownIdentity() {
  return { pid: process.pid, startTime: startTimeOf(process.pid) ?? 'unknown' };
}

/** True while exactly this process lives. @param {Identity} identity @returns {boolean} */
export function isAlive({ pid, startTime }) {
  return startTimeOf(pid) === startTime;
}

/** The parent of `pid`, or null when `pid` is gone. @param {number} pid @returns {number | null} */
export function parentOf(pid) {
  if (process.platform !== 'linux') return Number(ps(pid, 'ppid')) || null;
  const fields = statFields(pid);
  return fields === null ? null : Number(fields[1]);
}

/** The command line of `pid`, its words parted by blanks; '' when it is gone. @param {number} pid @returns {string} */
export function commandLineOf(pid) {
  if (process.platform !== 'linux') return ps(pid, 'command') ?? '';
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}

/** @param {number} pid @returns {string | null} */
function fromProc(pid) {
  const fields = statFields(pid);
  const [state, startTicks] = [fields?.[0], fields?.[19]];
  if (state === undefined || startTicks === undefined || state === 'Z' || state === 'X') return null;
  return startTicks;
}

/** Fields of /proc/<pid>/stat from the third on: the second may hold blanks. @param {number} pid @returns {string[] | null} */
function statFields(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

/** @param {number} pid @returns {string | null} */
function fromPs(pid) {
  const state = ps(pid, 'state');
  return state === null || state.startsWith('Z') ? null : ps(pid, 'lstart');
}

/** @param {number} pid @param {string} field @returns {string | null} */
function ps(pid, field) {
  try {
    return (
      execFileSync('ps', ['-o', `${field}=`, '-p', String(pid)], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim() || null
    );
  } catch {
    return null;
  }
}
