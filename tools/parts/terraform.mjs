import { cpSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { findOnPath, isExecutable, run, runWell } from '../child.mjs';
import { definePart } from '../part.mjs';
import { PINS, versionWithin } from '../pins.mjs';
import { messageOf, SetupError } from '../setup-error.mjs';
import { goBuildEnv, needGo } from './go.mjs';

/** @typedef {import('../part.mjs').Work} Work */
/** @typedef {{ name: string, version: string }} Provider */
/** What is built: a module, and which of its packages. @typedef {{ module: string, target: string, binary: string, prepare?: (copy: string) => void }} Source */

const { google, local, opentofu, min, below } = PINS.terraform;

const GOOGLE = `github.com/hashicorp/terraform-provider-google@${google.pseudo}`;
const LOCAL = `github.com/hashicorp/terraform-provider-local@${local.pseudo}`;
const OPENTOFU = `github.com/opentofu/opentofu@v${opentofu}`;

/** What terraform/ makes belongs to these services of Google; with all 176 of them the build takes three times as long. */
const SERVICES = [
  'bigquery',
  'bigqueryconnection',
  'billingbudgets',
  'iambeta',
  'resourcemanager',
  'secretmanager',
  'sql',
  'storage',
];

/** @type {readonly Provider[]} */
const PROVIDERS = [
  { name: 'google', version: google.version },
  { name: 'local', version: local.version },
];

/** Terraform and OpenTofu look for the same providers under names of their own. */
const REGISTRIES = /** @type {const} */ (['registry.terraform.io', 'registry.opentofu.org']);

/** What checks terraform/ without Google: the providers in a mirror, and the program that reads it. */
export const terraformProvider = definePart({
  version: google.version,
  purpose: 'checks of terraform/',
  recipe: () => [google.version, GOOGLE, ...SERVICES, local.version, LOCAL, OPENTOFU].join(' '),
  given: () => null,
  build: async (work) => {
    try {
      const go = await needGo(work.env);
      await buildProviders(go, work);
      const binary = (await onPath(work.env)) ?? (await buildOpenTofu(go, work));
      return { binary, how: `built from Go modules, read by ${binary}` };
    } catch (error) {
      throw new SetupError(
        `terraform-provider: could not be built:\n  - ${messageOf(error)}\n` +
          `Install Go ${PINS.go} or later (https://go.dev/dl) and run the same command again; only the checks of terraform/ need it.`,
        { cause: error },
      );
    }
  },
  intact: (folder, { binary = '' }) =>
    isExecutable(binary) && PROVIDERS.every((provider) => isExecutable(fileOf(mirrorOf(folder), provider, REGISTRIES[0]))),
  locate: (folder, { binary = '' }) => ({ binary, mirror: mirrorOf(folder) }),
});

/** @param {string} go @param {Work} work */
async function buildProviders(go, work) {
  const { folder, say } = work;
  const program = (/** @type {string} */ name) => join(folder, `terraform-provider-${name}`);
  say('building the provider of Google from its Go module (about 5 minutes of one core, once)');
  await buildFromCopy({ module: GOOGLE, target: '.', binary: program('google'), prepare: keepServices }, go, work);
  say('building the provider of files from its Go module');
  await buildFromCopy({ module: LOCAL, target: '.', binary: program('local') }, go, work);
  for (const provider of PROVIDERS) {
    const files = REGISTRIES.map((registry) => fileOf(mirrorOf(folder), provider, registry));
    for (const file of files) {
      mkdirSync(dirname(file), { recursive: true });
      linkSync(program(provider.name), file);
    }
    rmSync(program(provider.name));
  }
}

/** A service is part of the provider by being imported in one file. @param {string} copy the provider's source */
function keepServices(copy) {
  const file = join(copy, 'google/provider/provider_register_services.go');
  const lines = readFileSync(file, 'utf8').split('\n');
  const kept = lines.filter((line) => {
    const service = /\/google\/services\/(\w+)"$/.exec(line)?.[1];
    return service === undefined || SERVICES.includes(service);
  });
  if (lines.length - kept.length < 100) throw new Error(`${file} lists services in a form that is not known`);
  writeFileSync(file, kept.join('\n'));
}

/** A terraform or tofu that suits, or null. @param {NodeJS.ProcessEnv} env @returns {Promise<string | null>} */
async function onPath(env) {
  for (const name of ['terraform', 'tofu']) {
    const binary = findOnPath(name, env);
    if (binary === null) continue;
    const { output } = await run(binary, ['version'], { env: { ...env, CHECKPOINT_DISABLE: '1' } });
    const version = /v(\d+\.\d+\.\d+)/.exec(output)?.[1];
    if (version !== undefined && versionWithin(version, min, below)) return binary;
  }
  return null;
}

/** @param {string} go @param {Work} work @returns {Promise<string>} where it will lie */
async function buildOpenTofu(go, work) {
  work.say('building OpenTofu from its Go module (about 10 minutes of one core, once)');
  await buildFromCopy({ module: OPENTOFU, target: './cmd/tofu', binary: join(work.folder, 'tofu') }, go, work);
  return join(work.home, 'tofu');
}

/** For modules that are changed before, or that `go install` refuses: their go.mod replaces another, or has a name of its own. @param {Source} source @param {string} go @param {Work} work */
async function buildFromCopy({ module, target, binary, prepare }, go, { folder, home, env }) {
  const goEnv = goBuildEnv(env);
  await runWell(go, ['mod', 'download', module], { env: goEnv, cwd: folder });
  const cache = (await runWell(go, ['env', 'GOMODCACHE'], { env: goEnv, cwd: folder })).trim();
  // Always the same place: Go compiles anew what lies elsewhere, and an interrupted build goes on where it was.
  const copy = `${home}.source`;
  rmSync(copy, { recursive: true, force: true });
  cpSync(join(cache, module), copy, { recursive: true, filter: (path) => !/_test\.go$|\/website$/.test(path) });
  await runWell('chmod', ['-R', 'u+w', copy], { env });
  prepare?.(copy);
  await runWell(go, ['build', '-o', binary, target], { env: goEnv, cwd: copy });
  rmSync(copy, { recursive: true });
}

/** @param {string} folder */
function mirrorOf(folder) {
  return join(folder, 'mirror');
}

/** Where a mirror has a provider's program. @param {string} mirror @param {Provider} provider @param {string} registry */
function fileOf(mirror, { name, version }, registry) {
  const processor = { x64: 'amd64', arm64: 'arm64' }[String(process.arch)] ?? process.arch;
  const program = `terraform-provider-${name}_v${version}`;
  return join(mirror, registry, 'hashicorp', name, version, `${process.platform}_${processor}`, program);
}
