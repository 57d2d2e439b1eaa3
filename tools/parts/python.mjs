import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { findOnPath, isExecutable, run, runWell } from '../child.mjs';
import { definePart } from '../part.mjs';
import { PINS, versionWithin } from '../pins.mjs';
import { messageOf, SetupError } from '../setup-error.mjs';
import { fingerprint } from '../stamp.mjs';

/** @typedef {import('../part.mjs').Work} Work */

const LARGEST_SCRIPT = 64 * 1024;
const { min, below } = PINS.python;

/** dbt with its DuckDB and BigQuery adapters. */
export const dbt = pythonPart({
  name: 'dbt',
  version: PINS.dbt.core,
  purpose: 'dbt, which builds the marts',
  module: 'dbt.cli.main',
  saying: 'installing into a Python environment of its own (about 1 minute, once)',
  locate: (folder) => ({ binary: join(folder, 'bin', 'dbt'), python: join(folder, 'bin', 'python') }),
});

/**
 * Two readers of Delta tables that know nothing of this project: delta-rs, and DuckDB with its extension, which is a file
 * of the package `duckdb_extension_delta`: LOAD it by that path, and nothing is downloaded.
 */
export const deltalake = pythonPart({
  name: 'deltalake',
  version: PINS.deltalake,
  purpose: 'Delta readers, for tests',
  module: 'deltalake',
  saying: 'installing into a Python environment of its own',
  locate: (folder) => ({ python: join(folder, 'bin', 'python') }),
});

/**
 * @template P
 * @param {{ name: 'dbt' | 'deltalake', version: string, purpose: string, module: string, saying: string, locate: (folder: string) => P }} definition
 */
function pythonPart({ name, version, purpose, module, saying, locate }) {
  const lock = lockOf(name === 'dbt' ? 'dbt' : 'delta');
  return definePart({
    version,
    purpose,
    recipe: () => fingerprint(readFileSync(lock, 'utf8')),
    given: () => null,
    build: async (work) => {
      const how = await makeEnvironment(work, { name, lock, module, saying });
      return { how, home: work.home };
    },
    intact: (folder, { home }) => home === folder && isExecutable(join(folder, 'bin', 'python')),
    locate,
  });
}

/** The file that locks a part's Python packages. @param {string} name @returns {string} */
export function lockOf(name) {
  return fileURLToPath(new URL(`../locked/requirements-${name}.txt`, import.meta.url));
}

/**
 * Makes the work's folder a Python environment that holds what `lock` names, and sees that `module` can be imported.
 * @param {Work} work @param {{ name: string, lock: string, module: string, saying: string }} what
 * @returns {Promise<string>} by which way
 * @throws SetupError with what Python is needed
 */
export async function makeEnvironment(work, { name, lock, module, saying }) {
  const how = await install(work, { name, lock, saying });
  const python = join(work.folder, 'bin', 'python');
  await runWell(python, ['-m', 'compileall', '-q', join(work.folder, 'lib')], { env: work.env }).catch(() => undefined);
  await runWell(python, ['-c', `import ${module}`], { env: work.env });
  nameHome(work);
  return how;
}

/** @param {Work} work @param {{ name: string, lock: string, saying: string }} what @returns {Promise<string>} by which way */
async function install({ folder, env, say }, { name, lock, saying }) {
  const quiet = { ...env, PIP_DISABLE_PIP_VERSION_CHECK: '1', PYTHONNOUSERSITE: '1' };
  const uv = findOnPath('uv', env);
  try {
    if (uv !== null) {
      say(`${saying}, with uv`);
      await runWell(uv, ['venv', '--quiet', '--allow-existing', '--python', `>=${min},<${below}`, folder], { env: quiet });
      await runWell(uv, ['pip', 'install', '--quiet', '--python', folder, '--require-hashes', '--no-deps', '-r', lock], {
        env: quiet,
      });
      return 'installed with uv';
    }
    const python = await needPython(env);
    say(saying);
    await runWell(python, ['-m', 'venv', folder], { env: quiet });
    // The lock names everything. Asked to look for more, an old pip takes a package without its extras for another, unlocked one.
    const pip = ['-m', 'pip', 'install', '--quiet', '--require-hashes', '--no-deps', '--no-compile', '-r', lock];
    await runWell(join(folder, 'bin', 'python'), pip, { env: quiet });
    return 'installed with pip';
  } catch (error) {
    throw new SetupError(
      `${name}: could not be installed.\n  - ${messageOf(error)}\n` +
        `Install Python ${min} or later, below ${below}, with its venv module (https://www.python.org, or \`apt install python3-venv\`),\n` +
        'or uv (https://docs.astral.sh/uv), and see that a Python package index can be reached; then run the same command again.',
      { cause: error },
    );
  }
}

/** @param {NodeJS.ProcessEnv} env @returns {Promise<string>} */
async function needPython(env) {
  /** @type {string[]} */
  const seen = [];
  for (const name of ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10']) {
    const python = findOnPath(name, env);
    if (python === null) continue;
    const { output } = await run(python, ['--version'], { env });
    const version = /Python (\d+\.\d+\.\d+)/.exec(output)?.[1];
    if (version !== undefined && versionWithin(version, min, below)) return python;
    seen.push(`${python} is ${version ?? 'of no known version'}`);
  }
  throw new Error(seen.length === 0 ? 'there is no `python3` and no `uv` on PATH' : seen.join(', '));
}

/** The scripts of a virtual environment name its folder; makes them name the one it will have. @param {Work} work */
function nameHome({ folder, home }) {
  const scripts = readdirSync(join(folder, 'bin')).map((name) => join(folder, 'bin', name));
  for (const file of [...scripts, join(folder, 'pyvenv.cfg')].filter((path) => existsSync(path))) {
    const { size, mode } = statSync(file);
    if (size > LARGEST_SCRIPT) continue;
    const text = readFileSync(file, 'utf8');
    if (text.includes(folder)) writeFileSync(file, text.replaceAll(folder, home), { mode });
  }
}
