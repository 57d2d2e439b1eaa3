import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { killGroup, whenThisProcessEnds } from './child.mjs';
import { prepare } from './prepare.mjs';
import { elapsed } from './progress.mjs';
import { atTheEdge } from './setup-error.mjs';

/** One case with one seed. @typedef {{ name: string, passed: boolean, seconds: number }} Outcome */

await atTheEdge(async () => {
  await prepare(process.stderr);
  const since = Date.now();
  const outcomes = await runSuite();
  process.stderr.write(`\n${table(outcomes).join('\n')}\n${elapsed((Date.now() - since) / 1000)} in all\n`);
  const passed = outcomes.filter((one) => one.passed).length;
  process.stdout.write(`${passed} passed, ${outcomes.length - passed} failed\n`);
  return passed === outcomes.length && passed > 0 ? 0 : 1;
});

/** @returns {Promise<readonly Outcome[]>} */
async function runSuite() {
  const folder = mkdtempSync(join(tmpdir(), 'soundflow-chaos-results-'));
  const results = join(folder, 'results.json');
  const flags = ['--json', '--outputFile', results];
  const args = ['node_modules/jest/bin/jest.js', '--selectProjects', 'chaos', ...flags];
  const child = spawn(process.execPath, args, { stdio: ['ignore', process.stderr, process.stderr], detached: true });
  const release = whenThisProcessEnds(() => killGroup(child.pid, 'SIGTERM'));
  try {
    await new Promise((resolve) => child.once('close', resolve));
    return outcomesIn(readFileSync(results, 'utf8'));
  } finally {
    release();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What jest says of each test; a file that did not run counts as one that failed. @param {string} json @returns {readonly Outcome[]} */
function outcomesIn(json) {
  /** @type {{ testResults: { name: string, status: string, assertionResults: { title: string, status: string, duration?: number }[] }[] }} */
  const { testResults } = JSON.parse(json);
  return testResults.flatMap(({ name, status, assertionResults }) => {
    if (assertionResults.length === 0) return [{ name, passed: status === 'passed', seconds: 0 }];
    return assertionResults.map((test) => ({
      name: test.title.replace(/, seed \d+$/, ''),
      passed: test.status === 'passed',
      seconds: (test.duration ?? 0) / 1000,
    }));
  });
}

/** A line for each case: how many of its seeds passed, and how long the longest took. @param {readonly Outcome[]} outcomes */
function table(outcomes) {
  const names = [...new Set(outcomes.map(({ name }) => name))];
  const width = Math.max(0, ...names.map(({ length }) => length));
  return names.map((name) => {
    const seeds = outcomes.filter((one) => one.name === name);
    const passed = seeds.filter((one) => one.passed).length;
    const longest = Math.max(...seeds.map(({ seconds }) => seconds));
    return `${name.padEnd(width)}  ${`${passed}/${seeds.length}`.padStart(5)} seeds  longest ${elapsed(longest)}`;
  });
}
