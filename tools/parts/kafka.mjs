import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { isExecutable } from '../child.mjs';
import { definePart } from '../part.mjs';
import { PINS } from '../pins.mjs';
import { messageOf, SetupError } from '../setup-error.mjs';
import { fingerprint } from '../stamp.mjs';
import { archiveClasses } from './kafka-classes.mjs';
import { fetchJars, needJava, needMaven } from './maven.mjs';

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
    say('fetching its Maven artifacts (43 MB, once)');
    const java = await fetchBroker({ folder, env }).catch((error) => {
      throw missing(messageOf(error), error);
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

/** @param {Pick<import('../part.mjs').Work, 'folder' | 'env'>} work @returns {Promise<string>} the path of Java */
async function fetchBroker({ folder, env }) {
  const java = await needJava(env);
  await fetchJars({ maven: needMaven(env), pom: POM, folder, libs: join(folder, 'libs'), env });
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
