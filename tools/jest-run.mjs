import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

import { killGroup, whenThisProcessEnds } from './child.mjs';
import { elapsed, label } from './progress.mjs';

/** What a run of tests came to. @typedef {{ passed: number, failed: number }} Count */
/** One test, or a file whose tests did not run; `why` is empty where it passed. @typedef {{ file: string, title: string, passed: boolean, seconds: number, why: string }} Outcome */
/** @typedef {{ title: string, fullName: string, status: string, duration?: number | null, failureMessages?: string[] }} JestTest */
/** @typedef {{ name: string, status: string, message: string, assertionResults: JestTest[] }} JestFile */

/** How much of a failure is told again at the end; the rest stands where it happened. */
const LINES_OF_WHY = 12;

/**
 * Runs jest to its end and shows on stderr what it prints. A test that was skipped or is still to be written has failed,
 * and so has a run that ended with an error and names no test.
 * @param {readonly string[]} args @returns {Promise<readonly Outcome[]>}
 */
export async function runJest(args) {
  const folder = mkdtempSync(join(tmpdir(), 'soundflow-test-results-'));
  const results = join(folder, 'results.json');
  try {
    const code = await runShown([process.execPath, 'node_modules/jest/bin/jest.js', ...args, '--json', '--outputFile', results]);
    return outcomesOf(code, results);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Runs a command in a group of its own, which ends with this process, and shows on stderr what it prints.
 * @param {readonly string[]} command @returns {Promise<number | null>} its exit code
 */
export async function runShown([program = process.execPath, ...args]) {
  const child = spawn(program, args, { stdio: ['ignore', process.stderr, process.stderr], detached: true });
  const release = whenThisProcessEnds(() => killGroup(child.pid, 'SIGTERM'));
  try {
    return await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject));
  } finally {
    release();
  }
}

/** @param {readonly Outcome[]} outcomes @returns {Count} */
export function countOf(outcomes) {
  const passed = outcomes.filter((one) => one.passed).length;
  return { passed, failed: outcomes.length - passed };
}

/** Something that failed as a whole. @param {string} file @param {string} why @returns {Outcome} */
export function failed(file, why) {
  return { file, title: '', passed: false, seconds: 0, why };
}

/**
 * Runs one of several stages, and says in a line what it came to.
 * @param {import('./progress.mjs').Log} log @param {string} name @param {() => Promise<readonly Outcome[]>} run @returns {Promise<readonly Outcome[]>}
 */
export async function runStage(log, name, run) {
  const since = Date.now();
  const outcomes = await run();
  const { passed, failed } = countOf(outcomes);
  log.line(`${label(name)}${passed} passed, ${failed} failed in ${elapsed((Date.now() - since) / 1000)}`);
  return outcomes;
}

/** Ends a run: tells again what failed, and as the last line how many passed. @param {readonly Outcome[]} outcomes @returns {number} the exit code */
export function conclude(outcomes) {
  for (const line of failureLines(outcomes)) process.stderr.write(`${line}\n`);
  const count = countOf(outcomes);
  process.stdout.write(`${count.passed} passed, ${count.failed} failed\n`);
  return count.failed === 0 && count.passed > 0 ? 0 : 1;
}

/** What failed, told once more for who reads the end of a log only. @param {readonly Outcome[]} outcomes @returns {string[]} */
export function failureLines(outcomes) {
  return outcomes
    .filter(({ passed }) => !passed)
    .flatMap(({ file, title, why }) => [
      `FAILED ${[file, title].filter(Boolean).join(' › ')}`,
      ...head(why).map((line) => `    ${line}`),
    ]);
}

/** @param {string} why */
function head(why) {
  const lines = stripVTControlCharacters(why)
    .split('\n')
    .filter((line) => line.trim() !== '');
  return lines.slice(0, LINES_OF_WHY);
}

/** @param {number | null} code @param {string} results @returns {readonly Outcome[]} */
function outcomesOf(code, results) {
  const outcomes = filesIn(results).flatMap(outcomesOfFile);
  if (outcomes.length > 0 && (code === 0 || outcomes.some(({ passed }) => !passed))) return outcomes;
  const why = `jest ended with ${code ?? 'a signal'} and ${outcomes.length === 0 ? 'ran no test' : 'names no test that failed'}; see above.`;
  return [...outcomes, failed('jest', why)];
}

/** What jest wrote of its files; nothing where it ended before it could. @param {string} results @returns {JestFile[]} */
function filesIn(results) {
  try {
    return JSON.parse(readFileSync(results, 'utf8')).testResults;
  } catch {
    return [];
  }
}

/** @param {JestFile} file @returns {Outcome[]} */
function outcomesOfFile({ name, status, message, assertionResults }) {
  const file = relative(process.cwd(), name);
  const tests = assertionResults.map((test) => outcomeOfTest(file, test));
  if (status === 'passed' || tests.some(({ passed }) => !passed)) return tests;
  return [...tests, failed(file, message)];
}

/** @param {string} file @param {JestTest} test @returns {Outcome} */
function outcomeOfTest(file, { fullName, status, duration, failureMessages = [] }) {
  const passed = status === 'passed';
  const why = passed ? '' : failureMessages.join('\n') || `The test is ${status}: a test that does not run counts as failed.`;
  return { file, title: fullName, passed, seconds: (duration ?? 0) / 1000, why };
}
