import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { isExecutable, runWell } from '../child.mjs';
import { definePart } from '../part.mjs';
import { PINS } from '../pins.mjs';
import { messageOf, SetupError } from '../setup-error.mjs';
import { fingerprint } from '../stamp.mjs';
import { goBuildEnv, needGo } from './go.mjs';

const MODULE = fileURLToPath(new URL('../locked/tctl/', import.meta.url));

/** Temporal's old command line, for those whose scripts speak it. */
export const tctl = definePart({
  version: PINS.tctl,
  purpose: "Temporal's former CLI",
  recipe: () => fingerprint(readFileSync(join(MODULE, 'go.mod'), 'utf8')),
  given: () => null,
  build: async ({ folder, env, say }) => {
    for (const name of ['go.mod', 'go.sum']) copyFileSync(join(MODULE, name), join(folder, name));
    try {
      const go = await needGo(env);
      say('building from its Go module (about 1 minute, once)');
      const args = ['build', '-o', join(folder, 'tctl'), 'github.com/temporalio/tctl/cmd/tctl'];
      await runWell(go, args, { env: goBuildEnv(env), cwd: folder });
    } catch (error) {
      throw new SetupError(
        `tctl: could not be built, and there is no other way to have version ${PINS.tctl}:\n  - ${messageOf(error)}\n` +
          `Install Go ${PINS.go} or later (https://go.dev/dl) and run the same command again. \`temporal\` does the same jobs.`,
        { cause: error },
      );
    }
    return { how: 'built from its Go module' };
  },
  intact: (folder) => isExecutable(join(folder, 'tctl')),
  locate: (folder) => ({ binary: join(folder, 'tctl') }),
});
