#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { defaultToolsDir } from './home.mjs';
import { requireNode } from './install.mjs';
import { describePart, ensureParts, PARTS } from './parts.mjs';
import { createLog } from './progress.mjs';
import { atTheEdge, SetupError } from './setup-error.mjs';

/** @typedef {import('./parts.mjs').PartName} PartName */

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const toolbox = { toolsDir: defaultToolsDir(ROOT, process.env), log: createLog(), env: process.env };

await atTheEdge(async () => {
  requireNode();
  const [name, ...args] = process.argv.slice(2);
  if (name === undefined) return list();
  if (!isPart(name))
    throw new SetupError(`there is no part ${JSON.stringify(name)}. The parts are ${Object.keys(PARTS).join(', ')}.`);
  const binary = await ensureBinary(name);
  if (binary !== null) return runInPlace(binary, args);
  if (args.length > 0) throw new SetupError(`${name} is no command: leave ${JSON.stringify(args.join(' '))} away.`);
  list();
  return 0;
});

function list() {
  for (const name of Object.keys(PARTS).filter(isPart)) {
    const { version, state, purpose, where } = describePart(name, toolbox);
    console.log(
      [name.padEnd(18), version.padEnd(9), state.padEnd(7), purpose.padEnd(32), state === 'absent' ? '' : where]
        .join(' ')
        .trimEnd(),
    );
  }
}

/** Has the part ready. @param {PartName} name @returns {Promise<string | null>} what to run, null for a part that is no command */
async function ensureBinary(name) {
  if (name === 'temporal') return (await ensureParts([name], toolbox)).temporal.binary;
  if (name === 'tctl') return (await ensureParts([name], toolbox)).tctl.binary;
  if (name === 'dbt') return (await ensureParts([name], toolbox)).dbt.binary;
  if (name === 'fake-gcs') return (await ensureParts([name], toolbox))['fake-gcs'].binary;
  await ensureParts([name], toolbox);
  return null;
}

/** @param {string} binary @param {string[]} args @returns {Promise<number>} its exit code */
function runInPlace(binary, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(binary, args, { stdio: 'inherit' });
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => child.kill(signal));
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** @param {string} name @returns {name is PartName} */
function isPart(name) {
  return Object.hasOwn(PARTS, name);
}
