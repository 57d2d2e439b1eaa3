import { conclude, failed, runJest, runShown, runStage } from './jest-run.mjs';
import { ensureParts } from './parts.mjs';
import { prepare } from './prepare.mjs';
import { createLog } from './progress.mjs';
import { defaultToolsDir } from './home.mjs';
import { atTheEdge, messageOf } from './setup-error.mjs';

/** @typedef {import('./jest-run.mjs').Outcome} Outcome */
/** @typedef {{ name: string, run: () => Promise<readonly Outcome[]>, needs: readonly import('./parts.mjs').PartName[] }} Step */

const jest = (/** @type {string} */ project) => () => runJest(['--selectProjects', project]);

/** @type {readonly Step[]} */
const STEPS = [
  { name: 'types', run: check('typescript/bin/tsc', '--noEmit'), needs: [] },
  { name: 'lint', run: check('eslint/bin/eslint.js', '.'), needs: [] },
  { name: 'format', run: check('prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'), needs: [] },
  { name: 'unused', run: check('knip/bin/knip.js'), needs: [] },
  { name: 'unit', run: jest('unit'), needs: [] },
  {
    name: 'contract',
    run: jest('contract'),
    needs: ['kafka', 'dbt', 'deltalake', 'fake-gcs', 'bigquery-emulator', 'sql-analyzer'],
  },
  { name: 'server', run: jest('server'), needs: ['temporal', 'kafka', 'deltalake', 'tctl'] },
  { name: 'end to end', run: jest('end-to-end'), needs: ['temporal', 'kafka', 'dbt'] },
];

await atTheEdge(async () => {
  await prepare(process.stderr);
  const log = createLog(process.stderr);
  const parts = partsReady(log);
  /** @type {Outcome[]} */
  const all = [];
  for (const step of STEPS) all.push(...(await runStage(log, step.name, () => runStep(step, parts))));
  return conclude(all);
});

/**
 * Begins to build every part that is missing, one after the other so that tests can start on the first.
 * @param {import('./progress.mjs').Log} log
 * @returns {Map<import('./parts.mjs').PartName, Promise<unknown>>}
 */
function partsReady(log) {
  const toolbox = { toolsDir: defaultToolsDir(process.cwd(), process.env), log, env: process.env };
  const ready = new Map();
  /** @type {Promise<unknown>} */
  let before = Promise.resolve();
  for (const name of /** @type {const} */ ([
    'kafka',
    'dbt',
    'deltalake',
    'fake-gcs',
    'bigquery-emulator',
    'sql-analyzer',
    'temporal',
    'tctl',
  ])) {
    before = before.then(
      () => ensureParts([name], toolbox),
      () => ensureParts([name], toolbox),
    );
    before.catch(() => undefined);
    ready.set(name, before);
  }
  return ready;
}

/** @param {Step} step @param {Map<string, Promise<unknown>>} parts @returns {Promise<readonly Outcome[]>} */
async function runStep({ name, run, needs }, parts) {
  try {
    for (const part of needs) await parts.get(part);
  } catch (error) {
    return [failed(name, `It cannot run: ${messageOf(error)}`)];
  }
  return run();
}

/** A check that passes as a whole. @param {string} program @param {readonly string[]} args @returns {Step['run']} */
function check(program, ...args) {
  return async () => {
    const code = await runShown([process.execPath, `node_modules/${program}`, ...args]);
    if (code !== 0) return [failed(program, `It ended with ${code ?? 'a signal'}; what it says stands above.`)];
    return [{ file: program, title: '', passed: true, seconds: 0, why: '' }];
  };
}
