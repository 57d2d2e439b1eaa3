import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

const LOW_BYTES = 2 * 1024 ** 3;

/** Bytes that may still be written where `folder` lies or will lie. @param {string} folder @returns {Promise<number>} */
export async function freeBytes(folder) {
  let existing = resolve(folder);
  while (!existsSync(existing)) existing = dirname(existing);
  const { bavail, bsize } = await statfs(existing);
  return bavail * bsize;
}

/** A sentence when less than 2 GB are free where `folder` lies, else null. @param {string} folder @param {number} [lowBytes] @returns {Promise<string | null>} */
export async function lowDiskWarning(folder, lowBytes = LOW_BYTES) {
  const free = await freeBytes(folder);
  if (free >= lowBytes) return null;
  return `only ${(free / 1024 ** 3).toFixed(1)} GB are free at ${resolve(folder)}: events and their files may not fit. Free some, or set SOUNDFLOW_HOME to a folder on another disk.`;
}
