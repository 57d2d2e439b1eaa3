import { join } from 'node:path';

import { withLock } from './lock.mjs';
import { bigQueryEmulator } from './parts/bigquery-emulator.mjs';
import { fakeGcs } from './parts/fake-gcs.mjs';
import { kafka } from './parts/kafka.mjs';
import { dbt, deltalake } from './parts/python.mjs';
import { spark } from './parts/spark.mjs';
import { sqlAnalyzer } from './parts/sql-analyzer.mjs';
import { tctl } from './parts/tctl.mjs';
import { temporal } from './parts/temporal.mjs';
import { terraformProvider } from './parts/terraform.mjs';
import { elapsed, label } from './progress.mjs';
import { messageOf, SetupError } from './setup-error.mjs';
import { buildStamped, readStamp } from './stamp.mjs';

/**
 * @typedef {import('./stamp.mjs').Details} Details
 * @typedef {import('./progress.mjs').Log} Log
 */

/** @typedef {import('./part.mjs').Work} Work */

/** Everything the local profile and its tests are made of; each is fetched or built when first asked for. */
export const PARTS = Object.freeze({
  temporal,
  kafka,
  dbt,
  deltalake,
  spark,
  tctl,
  'fake-gcs': fakeGcs,
  'sql-analyzer': sqlAnalyzer,
  'bigquery-emulator': bigQueryEmulator,
  'terraform-provider': terraformProvider,
});

/** @typedef {keyof typeof PARTS} PartName */

/** @typedef {{ [N in PartName]: ReturnType<(typeof PARTS)[N]['locate']> }} PartPaths */

/**
 * @typedef {object} Toolbox
 * @property {string} toolsDir the folder all parts live in, shared by every home
 * @property {Log} log
 * @property {NodeJS.ProcessEnv} env
 */

/**
 * Has the named parts ready, building what is missing, and says where they lie. Costs nothing when they are there.
 * @template {PartName} N
 * @param {readonly N[]} names
 * @param {Toolbox} toolbox
 * @returns {Promise<Pick<PartPaths, N>>}
 * @throws SetupError naming every part that could not be had, why, and how to get it
 */
export async function ensureParts(names, toolbox) {
  const settled = await Promise.allSettled(names.map((name) => ensurePart(name, toolbox)));
  const reasons = settled.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  const unexpected = reasons.find((reason) => !(reason instanceof SetupError));
  if (unexpected !== undefined) throw unexpected;
  if (reasons.length > 0) throw new SetupError(reasons.map(messageOf).join('\n\n'), { cause: reasons[0] });
  /** @type {Partial<PartPaths>} */
  const paths = {};
  for (const outcome of settled) if (outcome.status === 'fulfilled') Object.assign(paths, outcome.value);
  if (!hasAll(paths, names)) throw new Error(`not every part of ${names.join(', ')} was located`);
  return paths;
}

/**
 * What is known of a part without doing anything.
 * @param {PartName} name @param {Pick<Toolbox, 'toolsDir' | 'env'>} toolbox
 * @returns {{ version: string, state: 'ready' | 'given' | 'absent', where: string, purpose: string }}
 */
export function describePart(name, { toolsDir, env }) {
  const part = PARTS[name];
  const given = part.given(env);
  const folder = folderOf(name, toolsDir);
  const { version, purpose } = part;
  if (given !== null) return { version, purpose, state: 'given', where: Object.values(given).join(' ') };
  const details = readStamp(folder, part.recipe());
  return { version, purpose, state: details === null || !part.intact(folder, details) ? 'absent' : 'ready', where: folder };
}

/** @param {PartName} name @param {Toolbox} toolbox */
async function ensurePart(name, toolbox) {
  const part = PARTS[name];
  const folder = folderOf(name, toolbox.toolsDir);
  const details = part.given(toolbox.env) ?? made(name, folder) ?? (await make(name, folder, toolbox));
  return { [name]: part.locate(folder, details) };
}

/** The details of a part that is there and whole, else null. @param {PartName} name @param {string} folder */
function made(name, folder) {
  const part = PARTS[name];
  const details = readStamp(folder, part.recipe());
  return details !== null && part.intact(folder, details) ? details : null;
}

/** @param {PartName} name @param {string} folder @param {Toolbox} toolbox @returns {Promise<Details>} */
async function make(name, folder, { toolsDir, log, env }) {
  const part = PARTS[name];
  /** @param {{ pid: number }} holder */
  const onWait = ({ pid }) => log.line(`${label(name)}waiting for process ${pid}, which is making it`);
  return withLock(join(toolsDir, `${name}.lock`), onWait, async () => {
    const meanwhile = made(name, folder);
    if (meanwhile !== null) return meanwhile;
    const step = log.start(name, 'looking for what is there');
    let seconds = 0;
    const details = await buildStamped(folder, part.recipe(), (temporary) =>
      part.build({ folder: temporary, home: folder, env, say: step.say }),
    ).finally(() => (seconds = step.end()));
    log.line(`${label(name)}ready after ${elapsed(seconds)}: ${details.version ?? part.version}, ${details.how ?? 'made here'}`);
    return details;
  });
}

/** @param {PartName} name @param {string} toolsDir */
function folderOf(name, toolsDir) {
  return join(toolsDir, `${name}-${PARTS[name].version}`);
}

/**
 * @template {PartName} N
 * @param {Partial<PartPaths>} paths @param {readonly N[]} names
 * @returns {paths is PartPaths}
 */
function hasAll(paths, names) {
  return names.every((name) => paths[name] !== undefined);
}
