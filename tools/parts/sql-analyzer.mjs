import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { isExecutable, runWell } from '../child.mjs';
import { definePart } from '../part.mjs';
import { PINS } from '../pins.mjs';
import { messageOf, SetupError } from '../setup-error.mjs';
import { fingerprint } from '../stamp.mjs';
import { fetchJars, needJava, needMaven } from './maven.mjs';

const POM = fileURLToPath(new URL('../locked/sql-analyzer-pom.xml', import.meta.url));
const SOURCE = fileURLToPath(new URL('../sql-analyzer/Analyze.java', import.meta.url));

/**
 * Google's analyzer of the SQL that BigQuery speaks, for tests. Run `java -cp <classPath> Analyze`; the head of Analyze.java
 * tells what it reads and answers.
 */
export const sqlAnalyzer = definePart({
  version: PINS.sqlAnalyzer,
  purpose: "Google's SQL analyzer, for tests",
  recipe: () => fingerprint(readFileSync(POM, 'utf8'), readFileSync(SOURCE, 'utf8')),
  given: () => null,
  build: async ({ folder, env, say }) => {
    try {
      const java = realpathSync(await needJava(env));
      say('fetching its Maven artifacts (101 MB, once)');
      await fetchJars({ maven: needMaven(env), pom: POM, folder, libs: join(folder, 'libs'), env });
      say('compiling the program that asks it');
      const javac = join(dirname(java), 'javac');
      if (!isExecutable(javac)) throw new Error(`${javac} is not there: this Java runs programs, but has no compiler`);
      await runWell(javac, ['-cp', join(folder, 'libs', '*'), '-d', join(folder, 'classes'), SOURCE], { env, cwd: folder });
      return { java, how: 'from Maven artifacts' };
    } catch (error) {
      throw new SetupError(
        `sql-analyzer: it could not be had.\n  - ${messageOf(error)}\n` +
          `Install a JDK ${PINS.java} or later (https://adoptium.net, or \`apt install openjdk-17-jdk-headless\`) and Maven, and run the same command again.`,
        { cause: error },
      );
    }
  },
  intact: (folder, { java }) => existsSync(join(folder, 'classes')) && isExecutable(java ?? ''),
  locate: (folder, { java }) => ({
    java: java ?? 'java',
    classPath: [join(folder, 'classes'), join(folder, 'libs', '*')].join(delimiter),
  }),
});
