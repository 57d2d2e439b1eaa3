import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { isAlive, ownIdentity } from './identity.mjs';

/** @typedef {import('./identity.mjs').Identity} Identity */

const POLL_MS = 200;
const TAKEOVER_STALE_MS = 10_000;

/**
 * Runs `body` while holding the lock `file`. A lock whose process is dead is taken over; a live one is waited for.
 * @template T
 * @param {string} file
 * @param {(holder: Identity) => void} onWait called once when somebody else holds the lock
 * @param {() => Promise<T>} body
 * @returns {Promise<T>}
 */
export async function withLock(file, onWait, body) {
  let told = false;
  for (let holder = takeLock(file); holder !== null; holder = takeLock(file)) {
    if (!told) onWait(holder);
    told = true;
    await wait(POLL_MS);
  }
  try {
    return await body();
  } finally {
    releaseLock(file);
  }
}

/**
 * Takes the lock `file` for this process, also from a process that is dead.
 * @param {string} file
 * @returns {Identity | null} null when it is ours now, else who holds it
 */
export function takeLock(file) {
  mkdirSync(dirname(file), { recursive: true });
  const mine = `${file}.${process.pid}-${randomBytes(4).toString('hex')}`;
  writeFileSync(mine, JSON.stringify(ownIdentity()));
  try {
    for (;;) {
      if (linkNew(mine, file)) return null;
      const holder = readIdentity(file);
      if (holder === 'absent') continue;
      if (holder !== 'unreadable' && isAlive(holder)) return holder;
      if (!takeOver(mine, file)) return holder === 'unreadable' ? { pid: 0, startTime: '' } : holder;
      return null;
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Gives the lock `file` back; harmless when it is not ours. @param {string} file */
export function releaseLock(file) {
  const holder = readIdentity(file);
  if (typeof holder === 'object' && holder.pid === process.pid) rmSync(file, { force: true });
}

/**
 * Replaces a dead lock by `mine`. Only one process at a time may, and it looks again first: between its look and now
 * another may have done so.
 * @param {string} mine @param {string} file
 */
function takeOver(mine, file) {
  const marker = `${file}.takeover`;
  if (!linkNew(mine, marker)) {
    if (ageOf(marker) > TAKEOVER_STALE_MS) rmSync(marker, { force: true });
    return false;
  }
  try {
    const holder = readIdentity(file);
    if (typeof holder === 'object' && isAlive(holder)) return false;
    renameSync(mine, file);
    return true;
  } finally {
    rmSync(marker, { force: true });
  }
}

/** @param {string} from @param {string} to */
function linkNew(from, to) {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** @param {string} file @returns {Identity | 'absent' | 'unreadable'} */
function readIdentity(file) {
  try {
    /** @type {unknown} */
    const value = JSON.parse(readFileSync(file, 'utf8'));
    return isIdentity(value) ? value : 'unreadable';
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'absent' : 'unreadable';
  }
}

/** True for what `JSON.stringify(identity)` reads back as. @param {unknown} value @returns {value is Identity} */
export function isIdentity(value) {
  if (typeof value !== 'object' || value === null || !('pid' in value) || !('startTime' in value)) return false;
  return typeof value.pid === 'number' && typeof value.startTime === 'string';
}

/** @param {string} file */
function ageOf(file) {
  const found = statSync(file, { throwIfNoEntry: false });
  return found === undefined ? 0 : Date.now() - found.mtimeMs;
}

/** Who holds the lock `file` and is alive; null when nobody does. @param {string} file @returns {Identity | null} */
export function holderOf(file) {
  const holder = readIdentity(file);
  return typeof holder === 'object' && isAlive(holder) ? holder : null;
}
