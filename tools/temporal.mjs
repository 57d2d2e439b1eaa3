import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { run } from './child.mjs';

/** A search attribute of the namespace. @typedef {{ name: string, type: string }} SearchAttribute */

/**
 * @typedef {object} TemporalPlace
 * @property {string} binary the `temporal` binary
 * @property {number} port of the server
 * @property {NodeJS.ProcessEnv} env
 * @property {string | null} dir holds the database file; null keeps everything in memory
 * @property {string} [serverVersion] stands in the database file's name: there are no migrations between versions
 * @property {number | null} uiPort of the Web UI; null for none
 * @property {number} [metricsPort] any free one when absent
 * @property {readonly SearchAttribute[]} searchAttributes
 */

const NAMESPACE = 'default';
const POLL_MS = 100;
const CALL_TIMEOUT_MS = 10_000;
const HOPELESS = /has different type|unknown flag|invalid argument/;

/** The command that runs the development server at `place`. @param {TemporalPlace} place @returns {{ command: string, args: string[], env: NodeJS.ProcessEnv }} */
export function temporalCommand(place) {
  const { binary, port, uiPort, metricsPort, searchAttributes, env } = place;
  const args = ['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--log-level', 'error'];
  args.push(...(uiPort === null ? ['--headless'] : ['--ui-port', String(uiPort)]));
  if (metricsPort !== undefined) args.push('--metrics-port', String(metricsPort));
  if (place.dir !== null) args.push(...databaseFlags(place.dir, place.serverVersion ?? 'unknown'));
  args.push('--dynamic-config-value', 'system.enableActivityEagerExecution=true');
  for (const { name, type } of searchAttributes) args.push('--search-attribute', `${name}=${type}`);
  return { command: binary, args, env: ownSettingsOnly(env) };
}

/**
 * Waits until the server answers, sets how long finished workflows are kept and adds the search attributes that are
 * missing; safe to repeat.
 * @param {{ binary: string, address: string, retention: string, searchAttributes: readonly SearchAttribute[], env: NodeJS.ProcessEnv, timeoutMs?: number, signal?: AbortSignal }} options
 * `retention` as Temporal writes it, for example 720h
 * @throws Error with the server's last answer when `timeoutMs` (30 s) are over, or when an attribute has another type
 */
export async function prepareNamespace({ retention, searchAttributes, timeoutMs = 30_000, signal, ...server }) {
  const patience = { deadline: Date.now() + timeoutMs, ...(signal ? { signal } : {}) };
  await untilDone(server, ['namespace', 'update', '--namespace', NAMESPACE, '--retention', retention], patience);
  if (searchAttributes.length === 0) return;
  const pairs = searchAttributes.flatMap(({ name, type }) => ['--name', name, '--type', type]);
  await untilDone(server, ['search-attribute', 'create', '--namespace', NAMESPACE, ...pairs], patience);
}

/** @param {string} dir @param {string} serverVersion */
function databaseFlags(dir, serverVersion) {
  mkdirSync(dir, { recursive: true });
  const file = join(resolve(dir), `temporal-${serverVersion}.db`);
  return ['--db-filename', file, '--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=normal'];
}

/** The environment without what would make the CLI speak to another server. @param {NodeJS.ProcessEnv} env @returns {NodeJS.ProcessEnv} */
function ownSettingsOnly(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('TEMPORAL_')));
}

/**
 * Repeats an operator call until it succeeds: the server answers before its namespace is there.
 * @param {{ binary: string, address: string, env: NodeJS.ProcessEnv }} server
 * @param {readonly string[]} args
 * @param {{ deadline: number, signal?: AbortSignal }} patience
 */
async function untilDone({ binary, address, env }, args, { deadline, signal }) {
  const words = ['operator', ...args, '--address', address, '--disable-config-file', '--command-timeout', '5s'];
  for (;;) {
    signal?.throwIfAborted();
    const { code, output } = await run(binary, words, { env: ownSettingsOnly(env), timeoutMs: CALL_TIMEOUT_MS });
    if (code === 0) return output;
    if (Date.now() > deadline || HOPELESS.test(output))
      throw new Error(`temporal at ${address}: ${args.slice(0, 2).join(' ')} fails: ${output.trim()}`);
    await wait(POLL_MS);
  }
}
