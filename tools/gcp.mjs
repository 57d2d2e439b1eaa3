import { defaultToolsDir } from './home.mjs';
import { runJest } from './jest-run.mjs';
import { ensureParts, PARTS } from './parts.mjs';
import { prepare } from './prepare.mjs';
import { createLog, elapsed, label } from './progress.mjs';
import { atTheEdge, messageOf } from './setup-error.mjs';

/** @typedef {import('./jest-run.mjs').Count} Count */

/** What the tests of Google Cloud run on: what stands in for it, and what the pipeline itself needs. */
const NEEDED = ['kafka', 'temporal', 'dbt', 'deltalake', 'fake-gcs', 'bigquery-emulator', 'sql-analyzer', 'terraform-provider'];

/** @type {readonly { name: string, args: readonly string[] }[]} */
const RUNS = [
  { name: 'adapters', args: ['--selectProjects', 'contract', '--testPathPatterns', 'adapters/(gcs|bigquery)/'] },
  { name: 'gcp', args: ['--selectProjects', 'gcp'] },
];

await atTheEdge(async () => {
  await prepare(process.stderr);
  const log = createLog(process.stderr);
  const missing = await partsMissing(log);
  /** @type {Count} */
  let total = { passed: 0, failed: missing };
  for (const { name, args } of RUNS) {
    const since = Date.now();
    const { passed, failed } = await runJest([...args, ...process.argv.slice(2)]);
    total = { passed: total.passed + passed, failed: total.failed + failed };
    log.line(`${label(name)}${passed} passed, ${failed} failed in ${elapsed((Date.now() - since) / 1000)}`);
  }
  process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
});

/**
 * Has every part ready that can be had; the tests of one that cannot be fail, and so does the run.
 * @param {import('./progress.mjs').Log} log @returns {Promise<number>} how many are missing
 */
async function partsMissing(log) {
  const toolbox = { toolsDir: defaultToolsDir(process.cwd(), process.env), log, env: process.env };
  let missing = 0;
  for (const name of NEEDED) {
    try {
      if (!isPart(name)) throw new Error(`there is no part ${name}`);
      await ensureParts([name], toolbox);
    } catch (error) {
      missing += 1;
      log.line(`${label(name)}CANNOT BE HAD, and its tests will fail: ${messageOf(error)}`);
    }
  }
  return missing;
}

/** @param {string} name @returns {name is import('./parts.mjs').PartName} */
function isPart(name) {
  return Object.hasOwn(PARTS, name);
}
