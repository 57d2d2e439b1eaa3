import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

import { killGroup, whenThisProcessEnds } from './child.mjs';

/** What a run of tests came to. @typedef {{ passed: number, failed: number }} Count */

/**
 * Runs jest to its end, shows what it prints on stderr, and counts its tests; a run that counts nothing has failed.
 * @param {readonly string[]} args @returns {Promise<Count>}
 */
export async function runJest(args) {
  const { code, counts } = await runShown([process.execPath, 'node_modules/jest/bin/jest.js', ...args]);
  const { passed, failed } = counts ?? { passed: 0, failed: 1 };
  return { passed, failed: code !== 0 && failed === 0 ? 1 : failed };
}

/**
 * Runs a command in a group of its own, which ends with this process, and shows on stderr what it prints.
 * @param {readonly string[]} command @returns {Promise<{ code: number | null, counts: Count | null }>} `counts` where it was jest
 */
export async function runShown([program = process.execPath, ...args]) {
  const env = { ...process.env, NO_COLOR: '1' };
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true, env });
  const release = whenThisProcessEnds(() => killGroup(child.pid, 'SIGTERM'));
  /** @type {Count | null} */
  let counts = null;
  const read = (/** @type {string} */ line) => {
    process.stderr.write(`${line}\n`);
    counts = jestCounts(line) ?? counts;
  };
  createInterface({ input: child.stdout }).on('line', read);
  createInterface({ input: child.stderr }).on('line', read);
  /** @type {number | null} */
  const code = await new Promise((resolve) => child.once('close', resolve));
  release();
  return { code, counts };
}

/** Reads jest's closing line; a test that was skipped or left to be written counts as failed. @param {string} line @returns {Count | null} */
function jestCounts(line) {
  if (!/^Tests: .* total$/.test(line)) return null;
  const count = (/** @type {string} */ what) => Number(new RegExp(`(\\d+) ${what}`).exec(line)?.[1] ?? 0);
  return { passed: count('passed'), failed: count('failed') + count('skipped') + count('todo') };
}
