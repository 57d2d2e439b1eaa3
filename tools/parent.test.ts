import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

import { startInline } from './fixtures/inline.ts';

const PARENT = pathToFileURL(join(process.cwd(), 'tools/parent.mjs')).href;

const WATCHED = `
  import { watchParent } from '${PARENT}';
  watchParent((pid) => { console.log('gone ' + pid); process.exit(); });
  setTimeout(() => process.exit(1), 8000);
  console.log('watching');
`;

/** Stands in for npm: starts the script through a shell that stays in between. */
const NPM = `
  import { spawn } from 'node:child_process';
  const [watched, ...shell] = process.argv.slice(1);
  spawn(shell[0], [...shell.slice(1), '"$NODE" --input-type=module -e "$WATCHED"; true'], {
    stdio: 'inherit', env: { ...process.env, NODE: process.execPath, WATCHED: watched, npm_lifecycle_event: 'start' },
  });
`;

test.each(['SIGKILL', 'SIGTERM', 'SIGHUP'] as const)(
  'the death of npm by %s is noticed within a second, through a shell in between',
  async (signal) => {
    const npm = spawn(process.execPath, ['--input-type=module', '-e', NPM, '--', WATCHED, 'sh', '-c'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: npm.stdout })[Symbol.asyncIterator]();
    expect((await lines.next()).value).toBe('watching');
    const since = Date.now();
    npm.kill(signal);
    expect((await lines.next()).value).toBe(`gone ${npm.pid}`);
    expect(Date.now() - since).toBeLessThan(1000);
    await once(npm.stdout, 'close');
  },
);

test('a process that npm did not start watches nobody', async () => {
  const script = startInline(`
    import { watchParent } from './parent.mjs';
    watchParent(() => console.log('gone'));
    console.log('through');
  `);
  expect(await script.nextLine()).toBe('through');
  expect(await script.ended).toEqual({ code: 0, stderr: '' });
});
