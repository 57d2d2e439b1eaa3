import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { isExecutable } from '../child.mjs';
import { definePart } from '../part.mjs';
import { PINS } from '../pins.mjs';
import { messageOf, SetupError } from '../setup-error.mjs';
import { fingerprint } from '../stamp.mjs';
import { fetchJars, needJava, needMaven } from './maven.mjs';
import { lockOf, makeEnvironment } from './python.mjs';

const POM = fileURLToPath(new URL('../locked/spark-pom.xml', import.meta.url));
const LOCK = lockOf('spark');

/** Spark comes as source; what it is built with is locked too, and each installer has its own name for that. */
const BUILD_LOCK = fileURLToPath(new URL('../locked/spark-build.txt', import.meta.url));
const LOCKED_BUILD = { PIP_CONSTRAINT: BUILD_LOCK, PIP_BUILD_CONSTRAINT: BUILD_LOCK, UV_BUILD_CONSTRAINT: BUILD_LOCK };

/**
 * Spark for one machine, with its Kafka source and Delta Lake: a peer of the benchmark and a reader of Delta tables.
 * Run `python` with JAVA_HOME set to `javaHome` and the option `spark.driver.extraClassPath` set to `<jars>/*`.
 */
export const spark = definePart({
  version: PINS.spark.version,
  purpose: 'Spark, for benchmark and tests',
  recipe: () => fingerprint(readFileSync(LOCK, 'utf8'), readFileSync(POM, 'utf8')),
  given: () => null,
  build: async (work) => {
    const { folder, env, home, say } = work;
    try {
      const locked = { ...work, env: { ...env, ...LOCKED_BUILD } };
      const java = await needJava(env);
      const maven = needMaven(env);
      const saying = 'installing into a Python environment of its own (455 MB, about 1 minute, once)';
      const how = await makeEnvironment(locked, { name: 'spark', lock: LOCK, module: 'pyspark', saying });
      say('fetching its Kafka source and Delta Lake from Maven (18 MB, once)');
      await fetchJars({ maven, pom: POM, folder, libs: join(folder, 'jars'), env });
      return { how, home, java: realpathSync(java) };
    } catch (error) {
      if (error instanceof SetupError) throw error;
      throw new SetupError(`spark: could not be had.\n  - ${messageOf(error)}\nThen run the same command again.`, {
        cause: error,
      });
    }
  },
  intact: (folder, { home, java }) => home === folder && existsSync(join(folder, 'jars')) && isExecutable(java ?? ''),
  locate: (folder, { java }) => ({
    python: join(folder, 'bin', 'python'),
    jars: join(folder, 'jars'),
    javaHome: dirname(dirname(java ?? '')),
  }),
});
