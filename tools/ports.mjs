import { connect, createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

import { SetupError } from './setup-error.mjs';

const HOST = '127.0.0.1';
const POLL_MS = 50;

/** True when nothing listens on `port` of this machine. @param {number} port @returns {Promise<boolean>} */
export async function portFree(port) {
  return (await canListen(port, HOST)) && !(await answers(port));
}

/** Ports below those that systems give to outgoing connections: such a port does not get taken while it is waited for. */
const LOWEST_PORT = 15_000;
const HIGHEST_PORT = 30_000;

/** Ports this process was given. @type {Set<number>} */
const given = new Set();

/** A port that was free a moment ago, another at each call. @returns {Promise<number>} */
export async function freePort() {
  for (;;) {
    const port = LOWEST_PORT + Math.floor(Math.random() * (HIGHEST_PORT - LOWEST_PORT));
    if (given.has(port) || !(await portFree(port))) continue;
    given.add(port);
    return port;
  }
}

/** How long a process that was just ended may keep its port. */
const RELEASED_WITHIN_MS = 5000;

/** A port that is needed. @typedef {{ port: number, setting: string, what: string }} WantedPort */

/**
 * Wants every port free. @param {readonly WantedPort[]} wanted @param {{ withinMs?: number }} [options]
 * @throws SetupError naming each taken port, what wanted it and the setting that moves it
 */
export async function requirePorts(wanted, { withinMs = RELEASED_WITHIN_MS } = {}) {
  const deadline = Date.now() + withinMs;
  let taken = await takenOf(wanted);
  while (taken.length > 0 && Date.now() < deadline) {
    await wait(POLL_MS);
    taken = await takenOf(taken);
  }
  if (taken.length === 0) return;
  const lines = taken.map(
    ({ port, setting, what }) =>
      `port ${port}, wanted for ${what}, is taken by another process. Stop it, or set ${setting} to a free port, for example ${setting}=${port + 10_000}.`,
  );
  throw new SetupError(lines.join('\n'));
}

/** @param {readonly WantedPort[]} wanted @returns {Promise<readonly WantedPort[]>} */
async function takenOf(wanted) {
  const free = await Promise.all(wanted.map(({ port }) => portFree(port)));
  return wanted.filter((_, index) => free[index] !== true);
}

/**
 * Waits until something accepts connections on `port`.
 * @param {number} port
 * @param {{ timeoutMs: number, signal?: AbortSignal }} options the signal ends the waiting with its reason
 * @throws Error naming the port when the time is over
 */
export async function waitForPort(port, { timeoutMs, signal }) {
  const deadline = Date.now() + timeoutMs;
  while (!(await answers(port))) {
    signal?.throwIfAborted();
    if (Date.now() > deadline) throw new Error(`nothing answers on port ${port} after ${timeoutMs / 1000} s`);
    await wait(POLL_MS, undefined, signal ? { signal } : {});
  }
}

/** @param {number} port @param {string} host @returns {Promise<boolean>} */
function canListen(port, host) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}

/** @param {number} port @returns {Promise<boolean>} */
function answers(port) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: HOST });
    /** @param {boolean} answer */
    const settle = (answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}
