import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { findOnPath, runWell } from './child.mjs';
import { defaultToolsDir } from './home.mjs';
import { withLock } from './lock.mjs';
import { PINS, versionWithin } from './pins.mjs';
import { elapsed, label } from './progress.mjs';
import { messageOf, SetupError } from './setup-error.mjs';

/** @typedef {import('./progress.mjs').Log} Log */

const NAME = 'packages';

/**
 * Installs the npm packages when they are missing, half-installed or not those of package-lock.json.
 * @param {string} root the repository
 * @param {{ log: Log, env: NodeJS.ProcessEnv }} surroundings
 * @returns {Promise<boolean>} whether anything was installed
 * @throws SetupError when npm is missing or fails
 */
export async function installPackages(root, { log, env }) {
  if (packagesCurrent(root)) return false;
  /** @param {{ pid: number }} holder */
  const onWait = ({ pid }) => log.line(`${label(NAME)}waiting for process ${pid}, which is installing them`);
  return withLock(join(defaultToolsDir(root, env), `${NAME}.lock`), onWait, async () => {
    if (packagesCurrent(root)) return false;
    const step = log.start(NAME, 'installing from npm');
    try {
      const [command, ...args] = npmCommand(env);
      await runWell(command, [...args, 'ci', '--include=dev', '--no-progress'], { env, cwd: root });
      writeFileSync(stampFile(root), lockHash(root));
    } catch (error) {
      if (error instanceof SetupError) throw error;
      throw new SetupError(`packages: \`npm ci\` failed; run it by hand in ${root} to see all of it.\n${messageOf(error)}`, {
        cause: error,
      });
    } finally {
      log.line(`${label(NAME)}${packagesCurrent(root) ? 'ready' : 'given up'} after ${elapsed(step.end())}`);
    }
    return true;
  });
}

/** True when node_modules holds exactly what package-lock.json names, and was installed to the end. @param {string} root @returns {boolean} */
export function packagesCurrent(root) {
  const stamp = stampFile(root);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === lockHash(root);
}

/** Wants a Node this repository runs on. @param {string} [version] without the leading v @throws SetupError naming both versions */
export function requireNode(version = process.versions.node) {
  const plain = /^\d+\.\d+\.\d+/.exec(version)?.[0] ?? '0.0.0';
  if (versionWithin(plain, PINS.node)) return;
  throw new SetupError(
    `Node ${version} is too old: SoundFlow needs Node ${PINS.node} or later. Get it from https://nodejs.org, or with \`nvm install 22\`.`,
  );
}

/** npm ci empties node_modules first, so a stamp in it speaks for the install after it. @param {string} root */
function stampFile(root) {
  return join(root, 'node_modules', '.installed-from');
}

/** @param {string} root */
function lockHash(root) {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

/** @param {NodeJS.ProcessEnv} env @returns {[string, ...string[]]} */
function npmCommand(env) {
  if (env.npm_execpath?.endsWith('npm-cli.js')) return [process.execPath, env.npm_execpath];
  const npm = findOnPath('npm', env);
  if (npm === null)
    throw new SetupError('packages: there is no `npm` on PATH to install them with. It comes with Node: https://nodejs.org.');
  return [npm];
}
