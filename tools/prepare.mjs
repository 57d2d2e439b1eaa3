import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { installPackages, requireNode } from './install.mjs';
import { createLog } from './progress.mjs';

/**
 * What every command begins with: the packages, the file .env, and a Node that reads TypeScript.
 * @param {NodeJS.WritableStream} [stream] where progress goes
 */
export async function prepare(stream = process.stdout) {
  const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
  process.chdir(root);
  process.env.SOUNDFLOW_ROOT = root;
  if (existsSync(join(root, '.env'))) process.loadEnvFile(join(root, '.env'));
  requireNode();
  await installPackages(root, { log: createLog(stream), env: process.env });
  const { register } = await import('tsx/esm/api');
  register();
}
