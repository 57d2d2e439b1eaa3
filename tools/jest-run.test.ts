import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { runInline, withFolder } from './fixtures/inline.ts';

/** One file of tests for each thing that can become of a test. */
const FILES = {
  'good.test.js': `it('holds', () => undefined);`,
  'wrong.test.js': `describe('sums', () => { it('add up', () => expect(1 + 1).toBe(3)); });`,
  'left.test.js': `it['skip']('is left out', () => undefined); it['todo']('is to be written');`,
  'broken.test.js': `it('never runs', () => {`,
};

const RUN = `
  import { countOf, failureLines, runJest } from './jest-run.mjs';
  const outcomes = await runJest(['--config', process.argv[1]]);
  console.log(JSON.stringify({ count: countOf(outcomes), lines: failureLines(outcomes) }));
`;

async function run(pattern: string): Promise<unknown> {
  return withFolder((rootDir) => {
    for (const [name, text] of Object.entries(FILES)) writeFileSync(join(rootDir, name), text);
    return runInline(RUN, [JSON.stringify({ rootDir, testMatch: [`**/${pattern}`] })]);
  });
}

test('a test that did not run, and a file that could not, count as failed', async () => {
  expect(await run('*.test.js')).toMatchObject({ count: { passed: 1, failed: 4 } });
}, 60_000);

test('what failed is told again, and why', async () => {
  expect(await run('wrong.test.js')).toEqual({
    count: { passed: 0, failed: 1 },
    lines: expect.arrayContaining([
      expect.stringMatching(/^FAILED .*wrong\.test\.js › sums add up$/),
      expect.stringMatching(/^ {4}Expected: 3$/),
    ]),
  });
}, 60_000);

test('a run that finds no test has failed', async () => {
  expect(await run('nothing.test.js')).toEqual({
    count: { passed: 0, failed: 1 },
    lines: ['FAILED jest', expect.stringContaining('ran no test')],
  });
}, 60_000);
