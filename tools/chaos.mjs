import { conclude, runJest } from './jest-run.mjs';
import { prepare } from './prepare.mjs';
import { elapsed } from './progress.mjs';
import { atTheEdge } from './setup-error.mjs';

/** @typedef {import('./jest-run.mjs').Outcome} Outcome */

await atTheEdge(async () => {
  await prepare(process.stderr);
  const since = Date.now();
  const outcomes = await runJest(['--selectProjects', 'chaos']);
  process.stderr.write(`\n${table(outcomes).join('\n')}\n${elapsed((Date.now() - since) / 1000)} in all\n`);
  return conclude(outcomes);
});

/** A line for each case: how many of its seeds passed, and how long the longest took. @param {readonly Outcome[]} outcomes */
function table(outcomes) {
  const names = [...new Set(outcomes.map(caseOf))];
  const width = Math.max(0, ...names.map(({ length }) => length));
  return names.map((name) => {
    const seeds = outcomes.filter((one) => caseOf(one) === name);
    const passed = seeds.filter((one) => one.passed).length;
    const longest = Math.max(...seeds.map(({ seconds }) => seconds));
    return `${name.padEnd(width)}  ${`${passed}/${seeds.length}`.padStart(5)} seeds  longest ${elapsed(longest)}`;
  });
}

/** @param {Outcome} outcome */
function caseOf({ file, title }) {
  return title === '' ? file : title.replace(/, seed \d+$/, '');
}
