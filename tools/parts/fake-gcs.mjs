import { join } from 'node:path';

import { isExecutable, runWell } from '../child.mjs';
import { definePart } from '../part.mjs';
import { PINS } from '../pins.mjs';
import { messageOf, SetupError } from '../setup-error.mjs';
import { goBuildEnv, needGo } from './go.mjs';

const MODULE = `github.com/fsouza/fake-gcs-server@v${PINS.fakeGcs}`;
const BINARY = 'fake-gcs-server';

/** A storage server that speaks as Google's does, for the emulated profile and for tests. */
export const fakeGcs = definePart({
  version: PINS.fakeGcs,
  purpose: "storage in Google's place",
  recipe: () => MODULE,
  given: () => null,
  build: async ({ folder, env, say }) => {
    try {
      const go = await needGo(env);
      say('building from its Go module (about 2 minutes, once)');
      await runWell(go, ['install', MODULE], { env: { ...goBuildEnv(env), GOBIN: folder }, cwd: folder });
    } catch (error) {
      throw new SetupError(
        `fake-gcs: the storage server could not be built:\n  - ${messageOf(error)}\n` +
          `Install Go ${PINS.go} or later (https://go.dev/dl) and run the same command again; SOUNDFLOW_PROFILE=local does without it.`,
        { cause: error },
      );
    }
    return { how: 'built from its Go module' };
  },
  intact: (folder) => isExecutable(join(folder, BINARY)),
  locate: (folder) => ({ binary: join(folder, BINARY) }),
});
