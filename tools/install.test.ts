import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { runInline, withFolder } from './fixtures/inline.ts';

const INSTALL = `
  import { installPackages } from './install.mjs';
  import { createLog } from './progress.mjs';
  const [root, npm] = process.argv.slice(1);
  const log = createLog({ write: () => true });
  const outcome = await installPackages(root, { log, env: { PATH: npm } }).catch((error) => error.name + ': ' + error.message);
  console.log(JSON.stringify(outcome));
`;

const NPM = `#!/bin/sh
rm -rf node_modules && mkdir node_modules && echo "$@" >> calls
test ! -e fail
`;

async function withRepository(
  body: (repository: { root: string; install: () => Promise<unknown>; calls: () => number }) => Promise<void>,
) {
  await withFolder(async (root) => {
    const bin = join(root, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'npm'), NPM, { mode: 0o755 });
    writeFileSync(join(root, 'package-lock.json'), '{}');
    const calls = () =>
      existsSync(join(root, 'calls')) ? readFileSync(join(root, 'calls'), 'utf8').trim().split('\n').length : 0;
    await body({ root, install: () => runInline(INSTALL, [root, `${bin}:/usr/bin:/bin`]), calls });
  });
}

test('packages are installed once, and again when the lock changes or node_modules is gone', () =>
  withRepository(async ({ root, install, calls }) => {
    expect(await install()).toBe(true);
    expect(await install()).toBe(false);
    writeFileSync(join(root, 'package-lock.json'), '{"changed":true}');
    expect(await install()).toBe(true);
    rmSync(join(root, 'node_modules'), { recursive: true });
    expect(await install()).toBe(true);
    expect(calls()).toBe(3);
  }));

test('an install that broke off is done again', () =>
  withRepository(async ({ root, install, calls }) => {
    writeFileSync(join(root, 'fail'), '');
    expect(await install()).toMatch(/^SetupError: packages: `npm ci` failed/);
    expect(existsSync(join(root, 'node_modules'))).toBe(true);
    rmSync(join(root, 'fail'));
    expect(await install()).toBe(true);
    expect(calls()).toBe(2);
  }));

test('an old Node is refused by both versions, a newer one is taken', async () => {
  const outcome = await runInline(`
    import { requireNode } from './install.mjs';
    const messages = ['18.20.4', '20.18.3', '20.19.0', '26.0.0', '24.0.0-nightly1'].map((version) => {
      try { return requireNode(version) ?? null } catch (error) { return error.message }
    });
    console.log(JSON.stringify(messages));
  `);
  const refusals = ['18.20.4', '20.18.3'].map((version): unknown =>
    expect.stringContaining(`Node ${version} is too old: SoundFlow needs Node 20.19.0 or later`),
  );
  expect(outcome).toEqual([...refusals, null, null, null]);
});
