import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { findOnPath, isExecutable, run, runWell } from '../child.mjs';
import { definePart } from '../part.mjs';
import { PINS } from '../pins.mjs';
import { messageOf, SetupError } from '../setup-error.mjs';
import { fingerprint } from '../stamp.mjs';
import { archiveClasses } from './kafka-classes.mjs';

/** @typedef {import('../stamp.mjs').Details} Details */

const POM = fileURLToPath(new URL('../locked/kafka-pom.xml', import.meta.url));

/**
 * Either `brokers` (given: nothing to start) or `home` and `java` are filled.
 * @typedef {{ brokers: string } | { brokers: null, home: string, java: string }} KafkaPaths
 */

/** A single-node Kafka broker in KRaft mode, from its Maven artifacts. */
export const kafka = definePart({
  version: PINS.kafka.version,
  purpose: 'Kafka broker',
  recipe: () => fingerprint(readFileSync(POM, 'utf8')),
  given: (env) => (env.KAFKA_BROKERS ? { brokers: env.KAFKA_BROKERS } : null),
  build: async ({ folder, env, say }) => {
    const java = await needJava(env);
    const maven = findOnPath('mvn', env);
    if (maven === null)
      throw missing('Maven is not there: no `mvn` on PATH. Install it (https://maven.apache.org, or `apt install maven`).');
    say('fetching its Maven artifacts (43 MB, once)');
    copyFileSync(POM, join(folder, 'pom.xml'));
    const args = [
      '-q',
      '-B',
      '-f',
      join(folder, 'pom.xml'),
      'dependency:copy-dependencies',
      `-DoutputDirectory=${join(folder, 'libs')}`,
    ];
    await runWell(maven, args, { env, cwd: folder }).catch((error) => {
      throw missing(`Maven could not fetch it: ${messageOf(error)}`, error);
    });
    say('archiving its classes, for a quicker start');
    await archiveClasses({ home: folder, java, env });
    return { java, how: 'from Maven artifacts' };
  },
  intact: (folder, details) => existsSync(join(folder, 'libs')) && isExecutable(details.java ?? ''),
  locate: (folder, details) => kafkaPaths(folder, details),
});

/** @param {string} folder @param {Details} details @returns {KafkaPaths} */
function kafkaPaths(folder, { brokers, java }) {
  return brokers === undefined ? { brokers: null, home: folder, java: java ?? 'java' } : { brokers };
}

/** @param {NodeJS.ProcessEnv} env @returns {Promise<string>} the path of a Java that is new enough */
async function needJava(env) {
  const own = env.JAVA_HOME ? join(env.JAVA_HOME, 'bin', 'java') : null;
  const java = own !== null && isExecutable(own) ? own : findOnPath('java', env);
  const get = `Install Java ${PINS.kafka.java} or later (https://adoptium.net, or \`apt install openjdk-17-jre-headless\`).`;
  if (java === null) throw missing(`Java is not there: no \`java\` on PATH, and no JAVA_HOME. ${get}`);
  const { output } = await run(java, ['-version'], { env });
  const version = Number(/version "(?:1\.)?(\d+)/.exec(output)?.[1]);
  if (!(version >= PINS.kafka.java)) throw missing(`${java} is Java ${version || 'of no known version'}. ${get}`);
  return java;
}

/** @param {string} reason @param {unknown} [cause] */
function missing(reason, cause) {
  return new SetupError(
    `kafka: the broker, which carries the events, could not be had.\n  - ${reason}\n` +
      'Or give the address of a Kafka or Redpanda broker you have: KAFKA_BROKERS=localhost:9092. Then run the same command again.',
    { cause },
  );
}
