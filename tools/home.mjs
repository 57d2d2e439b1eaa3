import { join, resolve } from 'node:path';

/** The folder that holds all state: SOUNDFLOW_HOME, else `.soundflow` in the repository. @param {string} root @param {NodeJS.ProcessEnv} env @returns {string} */
export function homeFolder(root, env) {
  return env.SOUNDFLOW_HOME ? resolve(env.SOUNDFLOW_HOME) : join(root, '.soundflow');
}

/** The folder of the tools, which every home of a machine's clone shares. @param {string} root @param {NodeJS.ProcessEnv} env @returns {string} */
export function defaultToolsDir(root, env) {
  return join(homeFolder(root, env), 'tools');
}
