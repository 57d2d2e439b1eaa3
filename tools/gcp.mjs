import { defaultToolsDir } from './home.mjs';
import { conclude, failed, runJest, runStage } from './jest-run.mjs';
import { ensureParts, PARTS } from './parts.mjs';
import { prepare } from './prepare.mjs';
import { createLog, label } from './progress.mjs';
import { atTheEdge, messageOf } from './setup-error.mjs';

/** @typedef {import('./jest-run.mjs').Outcome} Outcome */

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
  /** @type {Outcome[]} */
  const all = await partsMissing(log);
  const more = process.argv.slice(2);
  for (const { name, args } of RUNS) all.push(...(await runStage(log, name, () => runJest([...args, ...more]))));
  return conclude(all);
});

/**
 * Has every part ready that can be had; the tests of one that cannot be fail, and so does the run.
 * @param {import('./progress.mjs').Log} log @returns {Promise<Outcome[]>} a failure for each that is missing
 */
async function partsMissing(log) {
  const toolbox = { toolsDir: defaultToolsDir(process.cwd(), process.env), log, env: process.env };
  /** @type {Outcome[]} */
  const missing = [];
  for (const name of NEEDED) {
    try {
      if (!isPart(name)) throw new Error(`there is no part ${name}`);
      await ensureParts([name], toolbox);
    } catch (error) {
      const why = `CANNOT BE HAD, and its tests will fail: ${messageOf(error)}`;
      log.line(`${label(name)}${why}`);
      missing.push(failed(name, why));
    }
  }
  return missing;
}

/** @param {string} name @returns {name is import('./parts.mjs').PartName} */
function isPart(name) {
  return Object.hasOwn(PARTS, name);
}
