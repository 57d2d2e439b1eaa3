import { statSync } from 'node:fs';
import { join } from 'node:path';

import { findOnPath, isExecutable, run, runWell } from '../child.mjs';
import { download } from '../download.mjs';
import { definePart } from '../part.mjs';
import { PINS, versionWithin } from '../pins.mjs';
import { messageOf, SetupError } from '../setup-error.mjs';
import { goBuildEnv, needGo } from './go.mjs';

/** @typedef {import('../part.mjs').Work} Work */
/** @typedef {import('../stamp.mjs').Details} Details */

const STALL_MS = 10_000;
const CLI = PINS.temporal.cli;
const WAYS = [fromPath, fromDownload, fromGoModule];

/** The Temporal CLI: development server, Web UI and command line in one binary. */
export const temporal = definePart({
  version: CLI,
  purpose: 'Temporal server, Web UI and CLI',
  recipe: () => CLI,
  given: () => null,
  build: firstThatWorks,
  intact: (folder, details) => {
    const binary = binaryOf(folder, details);
    return isExecutable(binary) && (details.seen === undefined || details.seen === fileMark(binary));
  },
  locate: (folder, details) => ({ binary: binaryOf(folder, details), serverVersion: details.server ?? '' }),
});

/** @param {Work} work @returns {Promise<Details>} */
async function firstThatWorks(work) {
  /** @type {string[]} */
  const failures = [];
  for (const way of WAYS) {
    try {
      return await way(work);
    } catch (error) {
      failures.push(messageOf(error));
    }
  }
  throw new SetupError(
    [
      'temporal: the Temporal CLI, which is the workflow server, could not be had:',
      ...failures.map((failure) => `  - ${failure}`),
      'Install it (https://docs.temporal.io/cli/setup-cli, or `brew install temporal`) so that `temporal` is on PATH,',
      `or install Go ${PINS.go} or later (https://go.dev/dl) so that it can be built; then run the same command again.`,
    ].join('\n'),
  );
}

/** @param {Work} work @returns {Promise<Details>} */
async function fromPath({ env }) {
  const binary = findOnPath('temporal', env);
  if (binary === null) throw new Error('on PATH: there is no `temporal`');
  const server = await serverVersionOf(binary, env);
  const { min, below } = PINS.temporal.server;
  if (!versionWithin(server, min, below)) {
    throw new Error(`on PATH: ${binary} holds server ${server}; needed is ${min} or later, below ${below}`);
  }
  return { binary, server, seen: fileMark(binary), version: `server ${server}`, how: `found at ${binary}` };
}

/** @param {Work} work @returns {Promise<Details>} */
async function fromDownload({ folder, env, say }) {
  const system = { linux: 'linux', darwin: 'darwin' }[String(process.platform)];
  const processor = { x64: 'amd64', arm64: 'arm64' }[String(process.arch)];
  if (system === undefined || processor === undefined) throw new Error(`download: none for ${process.platform} ${process.arch}`);
  say('downloading');
  const archive = join(folder, 'temporal.tar.gz');
  await download(`https://temporal.download/cli/archive/v${CLI}?platform=${system}&arch=${processor}`, archive, {
    stallMs: STALL_MS,
  });
  await runWell('tar', ['-xzf', archive, '-C', folder], { env });
  return { server: await serverVersionOf(join(folder, 'temporal'), env), how: 'downloaded' };
}

/** @param {Work} work @returns {Promise<Details>} */
async function fromGoModule({ folder, env, say }) {
  const go = await needGo(env);
  say('building from its Go module (about 3 minutes, once)');
  const module = `github.com/temporalio/cli/cmd/temporal@v${CLI}`;
  await runWell(go, ['install', module], { env: { ...goBuildEnv(env), GOBIN: folder }, cwd: folder });
  return { server: await serverVersionOf(join(folder, 'temporal'), env), how: 'built from its Go module' };
}

/** @param {string} binary @param {NodeJS.ProcessEnv} env */
async function serverVersionOf(binary, env) {
  const { output } = await run(binary, ['--version'], { env, timeoutMs: STALL_MS });
  const version = /Server (\d+\.\d+\.\d+)/.exec(output)?.[1];
  if (version === undefined) throw new Error(`${binary} --version names no server: ${output.trim().slice(0, 200)}`);
  return version;
}

/** @param {string} folder @param {Details} details */
function binaryOf(folder, details) {
  return details.binary ?? join(folder, 'temporal');
}

/** Changes when the file is replaced. @param {string} file */
function fileMark(file) {
  const { size, mtimeMs } = statSync(file);
  return `${size}:${mtimeMs}`;
}
