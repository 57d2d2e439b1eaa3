import { ancestorsOf, type AssetGraph } from './graph.ts';
import type { Step } from './run-plan.ts';

/** How one step ended. A step is skipped when all it would write depends on something that failed. */
export interface StepResult {
  readonly step: Step;
  readonly outcome: 'done' | 'failed' | 'skipped';
  readonly message: string;
}

/** Steps of a wave that may go on after the results so far: builds lose the assets that a failure blocks. */
export function unblocked(
  wave: readonly Step[],
  results: readonly StepResult[],
  upstream: Readonly<Record<string, readonly string[]>>,
): { readonly go: readonly Step[]; readonly skipped: readonly StepResult[] } {
  const failed = new Set(results.filter((result) => result.outcome !== 'done').flatMap((result) => assetsOf(result.step)));
  const blocked = (asset: string) => (upstream[asset] ?? []).some((key) => failed.has(key));
  const go: Step[] = [];
  const skipped: StepResult[] = [];
  for (const step of wave) {
    if (step.verb === 'load') {
      go.push(step);
      continue;
    }
    const free = step.assets.filter((asset) => !blocked(asset));
    const stuck = step.assets.filter(blocked);
    if (free.length > 0) go.push({ verb: 'build', assets: free });
    if (stuck.length > 0)
      skipped.push({ step: { verb: 'build', assets: stuck }, outcome: 'skipped', message: 'something it is made from failed' });
  }
  return { go, skipped };
}

/** All that each asset is made from, directly or not: what `unblocked` needs, as plain data for a plan. */
export function ancestry(graph: AssetGraph, keys: readonly string[]): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(keys.map((key) => [key, ancestorsOf(graph, [key]).filter((above) => above !== key)]));
}

/** The assets a step writes. */
export function assetsOf(step: Step): readonly string[] {
  return step.verb === 'load' ? [step.asset] : step.assets;
}

/** One line for people: `load stg_listen_events 2026-11-20T00`, `build mart_top_songs, mart_active_users`. */
export function describeStep(step: Step): string {
  return step.verb === 'load' ? `load ${step.asset} ${step.hour}` : `build ${step.assets.join(', ')}`;
}

/** One line that counts outcomes: `12 done, 1 failed, 2 skipped`. */
export function tally(results: readonly StepResult[]): string {
  const count = (outcome: StepResult['outcome']) => results.filter((result) => result.outcome === outcome).length;
  return `${String(count('done'))} done, ${String(count('failed'))} failed, ${String(count('skipped'))} skipped`;
}
