import { basename } from 'node:path';

import { commandLineOf, isAlive, parentOf, startTimeOf } from './identity.mjs';

const POLL_MS = 300;
const SHELLS = new Set(['sh', 'bash', 'dash', 'ash', 'zsh']);

/**
 * Calls `onGone` once, within a second, when the npm that started this process dies of whatever signal: npm passes on
 * none of them. Does nothing when npm did not start it.
 * @param {(npm: number) => void} onGone
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {() => void} ends the watching
 */
export function watchParent(onGone, env = process.env) {
  if (env.npm_lifecycle_event === undefined) return () => undefined;
  const pid = npmAbove(process.ppid);
  const startTime = startTimeOf(pid);
  const timer = setInterval(() => {
    if (startTime !== null && isAlive({ pid, startTime })) return;
    clearInterval(timer);
    onGone(pid);
  }, POLL_MS).unref();
  return () => clearInterval(timer);
}

/** The first ancestor that is no shell: npm runs scripts through `sh -c`. @param {number} pid */
function npmAbove(pid) {
  let ancestor = pid;
  while (ancestor > 1 && isShell(ancestor)) ancestor = parentOf(ancestor) ?? 1;
  return ancestor;
}

/** @param {number} pid */
function isShell(pid) {
  return SHELLS.has(basename(commandLineOf(pid).split(' ')[0] ?? '').replace(/^-/, ''));
}
