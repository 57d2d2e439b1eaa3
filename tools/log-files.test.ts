import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { runInline, withFolder } from './fixtures/inline.ts';

const ROTATE = `
  import { openLogFiles } from './log-files.mjs';
  import { existsSync, statSync, writeSync } from 'node:fs';
  const [folder] = process.argv.slice(1);
  const logs = openLogFiles(folder, { largest: 10, checkMs: 10 });
  const file = logs.open('worker');
  const rotated = () => new Promise((resolve) => {
    const timer = setInterval(() => statSync(logs.path('worker')).size === 0 && (clearInterval(timer), resolve()), 5);
  });
  writeSync(file, 'a first text');
  await rotated();
  writeSync(file, 'a second text');
  await rotated();
  writeSync(file, 'third');
  logs.close();
  console.log(JSON.stringify(existsSync(logs.path('worker') + '.2')));
`;

test('a log that grows too long is kept once as .1, and its writer goes on in an empty file', () =>
  withFolder(async (folder) => {
    expect(await runInline(ROTATE, [folder])).toBe(false);
    expect(readFileSync(join(folder, 'worker.log.1'), 'utf8')).toBe('a second text');
    expect(readFileSync(join(folder, 'worker.log'), 'utf8')).toBe('third');
  }));
