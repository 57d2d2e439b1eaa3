import { runShown } from './jest-run.mjs';
import { ensureParts } from './parts.mjs';
import { prepare } from './prepare.mjs';
import { createLog, elapsed, label } from './progress.mjs';
import { defaultToolsDir } from './home.mjs';
import { atTheEdge, messageOf } from './setup-error.mjs';

/** @typedef {import('./jest-run.mjs').Count} Count */
/** @typedef {{ name: string, command: readonly string[], needs: readonly import('./parts.mjs').PartName[], count: 'exit' | 'jest' }} Step */

const node = process.execPath;
const jest = (/** @type {string} */ project) => [node, 'node_modules/jest/bin/jest.js', '--selectProjects', project];

/** @type {readonly Step[]} */
const STEPS = [
  { name: 'types', command: [node, 'node_modules/typescript/bin/tsc', '--noEmit'], needs: [], count: 'exit' },
  { name: 'lint', command: [node, 'node_modules/eslint/bin/eslint.js', '.'], needs: [], count: 'exit' },
  {
    name: 'format',
    command: [node, 'node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'],
    needs: [],
    count: 'exit',
  },
  { name: 'unused', command: [node, 'node_modules/knip/bin/knip.js'], needs: [], count: 'exit' },
  { name: 'unit', command: jest('unit'), needs: [], count: 'jest' },
  {
    name: 'contract',
    command: jest('contract'),
    needs: ['kafka', 'dbt', 'deltalake', 'fake-gcs', 'bigquery-emulator', 'sql-analyzer'],
    count: 'jest',
  },
  { name: 'server', command: jest('server'), needs: ['temporal', 'kafka', 'deltalake', 'tctl'], count: 'jest' },
  { name: 'end to end', command: jest('end-to-end'), needs: ['temporal', 'kafka', 'dbt'], count: 'jest' },
];

await atTheEdge(async () => {
  await prepare(process.stderr);
  const log = createLog(process.stderr);
  const parts = partsReady(log);
  let total = { passed: 0, failed: 0 };
  for (const step of STEPS) {
    const since = Date.now();
    const count = await runStep(step, parts);
    total = { passed: total.passed + count.passed, failed: total.failed + count.failed };
    log.line(`${label(step.name)}${count.passed} passed, ${count.failed} failed in ${elapsed((Date.now() - since) / 1000)}`);
  }
  process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
  return total.failed === 0 ? 0 : 1;
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

/** @param {Step} step @param {Map<string, Promise<unknown>>} parts @returns {Promise<Count>} */
async function runStep(step, parts) {
  try {
    for (const name of step.needs) await parts.get(name);
  } catch (error) {
    process.stderr.write(`${label(step.name)}cannot run: ${messageOf(error)}\n`);
    return { passed: 0, failed: 1 };
  }
  const { code, counts } = await runShown(step.command);
  if (step.count === 'exit') return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  const { passed, failed } = counts ?? { passed: 0, failed: 1 };
  return { passed, failed: code !== 0 && failed === 0 ? 1 : failed };
}
