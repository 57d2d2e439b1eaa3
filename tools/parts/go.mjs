import { findOnPath, run } from '../child.mjs';
import { PINS, versionWithin } from '../pins.mjs';

/**
 * The Go compiler. @param {NodeJS.ProcessEnv} env @returns {Promise<string>} its path
 * @throws Error when there is none or it is too old
 */
export async function needGo(env) {
  const go = findOnPath('go', env);
  if (go === null) throw new Error('Go module: there is no `go` on PATH to build it with');
  const { output } = await run(go, ['env', 'GOVERSION'], { env });
  const version = /go(\d+\.\d+(?:\.\d+)?)/.exec(output)?.[1];
  if (version === undefined || !versionWithin(version, PINS.go)) {
    throw new Error(`Go module: ${go} is ${version ?? output.trim()}; needed is ${PINS.go} or later`);
  }
  return go;
}

/** An environment in which modules resolve by their own go.sum or the given versions, whatever the user's flags are. @param {NodeJS.ProcessEnv} env */
export function goBuildEnv(env) {
  return { ...env, GOFLAGS: `${env.GOFLAGS ?? ''} -mod=mod`.trim(), GOWORK: 'off', CGO_ENABLED: '0' };
}
