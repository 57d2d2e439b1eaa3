import { SoundFlowError } from '../core/errors.ts';
import { fingerprint } from '../core/fingerprint.ts';
import { ancestorsOf } from '../core/graph.ts';
import type { Fact, Materialization } from '../core/ports/catalog.ts';
import type { BuildResult, TestResult } from '../core/ports/transformer.ts';
import type { RunDeps } from './deps.ts';
import { withHeartbeat } from './heartbeat.ts';

/** Rows of each mart that was built, tested and published. */
export interface BuiltModels {
  readonly rows: Readonly<Record<string, number>>;
  readonly tests: number;
}

/**
 * Builds and tests marts with all that they are made from, then publishes those that are sound.
 * @throws BUILD_FAILED listing each model and test that failed, after the sound ones were published.
 */
export function createBuildModels(deps: RunDeps) {
  return ({ assets, run }: { readonly assets: readonly string[]; readonly run: string }): Promise<BuiltModels> =>
    withHeartbeat(async ({ signal, report }) => {
      for (const asset of deps.staging.values()) await deps.warehouse.ensure(asset.table);
      const built = await deps.transformer.build({
        models: assets,
        runName: run.replace(/[^A-Za-z0-9.-]/g, '_'),
        signal,
        onProgress: report,
      });
      const sound = assets.filter((mart) => isSound(mart, built));
      const rows = sound.length === 0 ? {} : await publish(deps, sound);
      await deps.catalog.record([
        ...(await materializations(deps, rows, run)),
        ...built.tests.map((test) => checkOf(test, run, deps.now())),
      ]);
      const problems = problemsOf(built);
      if (problems.length > 0)
        throw new SoundFlowError('BUILD_FAILED', `dbt build: ${problems.join('; ')}. See the log of run ${run}.`);
      return { rows, tests: built.tests.length };
    });
}

function isSound(mart: string, { models, tests }: BuildResult): boolean {
  const passed = tests.filter((test) => test.model === mart).every((test) => test.status === 'pass' || test.status === 'warn');
  return passed && models.some((model) => model.name === mart && model.status === 'success');
}

async function publish({ warehouse }: RunDeps, marts: readonly string[]): Promise<Readonly<Record<string, number>>> {
  const published = await warehouse.publish(marts.map((mart) => `marts.${mart}`));
  return Object.fromEntries(marts.map((mart) => [mart, published[`marts.${mart}`] ?? 0]));
}

async function materializations(deps: RunDeps, rows: Readonly<Record<string, number>>, run: string): Promise<readonly Fact[]> {
  const loaded = await deps.catalog.materializations();
  return Object.entries(rows).map(([asset, count]) => {
    const value = { asset, partition: null, version: versionOf(deps, asset, loaded), rows: count, bytes: 0, run, at: deps.now() };
    return { fact: 'materialization', value };
  });
}

function versionOf({ graph, staging }: RunDeps, mart: string, loaded: readonly Materialization[]): string {
  const upstream = new Set(ancestorsOf(graph, [mart]));
  const parts = loaded.filter((it) => it.partition !== null && staging.has(it.asset) && upstream.has(it.asset));
  return fingerprint(parts.map((it) => [`${it.asset}/${String(it.partition)}`, it.version] as const));
}

function checkOf(test: TestResult, run: string, at: number): Fact {
  const status = test.status === 'pass' || test.status === 'warn' ? test.status : 'fail';
  return { fact: 'check', value: { asset: test.model, check: test.name, status, message: test.message, run, at } };
}

function problemsOf({ models, tests }: BuildResult): readonly string[] {
  const broken = models.filter((model) => model.status === 'error').map((model) => `model ${model.name}: ${model.message}`);
  const failed = tests
    .filter((test) => test.status === 'fail' || test.status === 'error')
    .map((test) => `test ${test.name} of ${test.model}: ${test.message}`);
  return [...broken, ...failed];
}
