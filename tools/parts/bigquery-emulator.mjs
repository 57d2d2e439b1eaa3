import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { isExecutable, runWell } from '../child.mjs';
import { definePart } from '../part.mjs';
import { PINS } from '../pins.mjs';
import { messageOf, SetupError } from '../setup-error.mjs';
import { fingerprint } from '../stamp.mjs';
import { lockOf, makeEnvironment } from './python.mjs';

const LOCK = lockOf('bigquery-emulator');

/** DuckDB keeps extensions below the home folder; this part has one of its own. */
const USER = 'user';
const NEEDS_SPATIAL = "import duckdb_extensions; duckdb_extensions.import_extension('spatial')";
const FIND_DISCOVERY = 'import os, googleapiclient; print(os.path.dirname(googleapiclient.__file__))';

/**
 * A server in BigQuery's place, for tests, with Google's own description of the requests its services take (`discovery`).
 * Run `binary` with HOME set to `home`, so that nothing is downloaded.
 */
export const bigQueryEmulator = definePart({
  version: PINS.bigQueryEmulator,
  purpose: "in BigQuery's place, for tests",
  recipe: () => fingerprint(readFileSync(LOCK, 'utf8')),
  given: () => null,
  build: async (work) => {
    const { folder, home, env } = work;
    const saying = 'installing into a Python environment of its own (208 MB, about 1 minute, once)';
    const how = await makeEnvironment(work, { name: 'bigquery-emulator', lock: LOCK, module: 'bqemulator', saying });
    const python = join(folder, 'bin', 'python');
    try {
      mkdirSync(join(folder, USER));
      await runWell(python, ['-c', NEEDS_SPATIAL], { env: { ...env, HOME: join(folder, USER) } });
      const packageFolder = await runWell(python, ['-c', FIND_DISCOVERY], { env });
      const discovery = join(packageFolder.trim(), 'discovery_cache', 'documents').replace(folder, home);
      return { how, home, discovery };
    } catch (error) {
      throw new SetupError(`bigquery-emulator: could not be set up.\n  - ${messageOf(error)}\nThen run the same command again.`, {
        cause: error,
      });
    }
  },
  intact: (folder, { home, discovery }) =>
    home === folder && isExecutable(join(folder, 'bin', 'bqemulator')) && existsSync(discovery ?? ''),
  locate: (folder, { discovery }) => ({
    binary: join(folder, 'bin', 'bqemulator'),
    home: join(folder, USER),
    discovery: discovery ?? '',
  }),
});
