import { copyFileSync } from 'node:fs';
import { join } from 'node:path';

import { findOnPath, isExecutable, run, runWell } from '../child.mjs';
import { PINS } from '../pins.mjs';
import { messageOf } from '../setup-error.mjs';

/**
 * The Java of JAVA_HOME, else the one on PATH. @param {NodeJS.ProcessEnv} env @returns {Promise<string>} its path
 * @throws Error when there is none or it is too old
 */
export async function needJava(env) {
  const own = env.JAVA_HOME ? join(env.JAVA_HOME, 'bin', 'java') : null;
  const java = own !== null && isExecutable(own) ? own : findOnPath('java', env);
  const get = `Install Java ${PINS.java} or later (https://adoptium.net, or \`apt install openjdk-17-jre-headless\`).`;
  if (java === null) throw new Error(`Java is not there: no \`java\` on PATH, and no JAVA_HOME. ${get}`);
  const { output } = await run(java, ['-version'], { env });
  const version = Number(/version "(?:1\.)?(\d+)/.exec(output)?.[1]);
  if (!(version >= PINS.java)) throw new Error(`${java} is Java ${version || 'of no known version'}. ${get}`);
  return java;
}

/** The path of Maven. @param {NodeJS.ProcessEnv} env @returns {string} @throws Error when there is none */
export function needMaven(env) {
  const maven = findOnPath('mvn', env);
  if (maven !== null) return maven;
  throw new Error('Maven is not there: no `mvn` on PATH. Install it (https://maven.apache.org, or `apt install maven`).');
}

/**
 * Copies the jars a pom names, and those they need, into `libs`.
 * @param {{ maven: string, pom: string, folder: string, libs: string, env: NodeJS.ProcessEnv }} order `folder` keeps a copy of the pom
 * @throws Error when one could not be fetched
 */
export async function fetchJars({ maven, pom, folder, libs, env }) {
  const copy = join(folder, 'pom.xml');
  copyFileSync(pom, copy);
  const args = ['-q', '-B', '-f', copy, 'dependency:copy-dependencies', `-DoutputDirectory=${libs}`];
  await runWell(maven, args, { env, cwd: folder }).catch((error) => {
    throw new Error(`Maven could not fetch it: ${messageOf(error)}`, { cause: error });
  });
}
