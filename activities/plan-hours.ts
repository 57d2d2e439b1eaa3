import type { Hour } from '../core/hours.ts';
import { planHours } from '../core/run-plan.ts';
import { ancestry } from '../core/run.ts';
import type { RunDeps } from './deps.ts';
import { readPipelineState } from './pipeline-state.ts';
import type { PlannedRun } from './plan-scheduled-run.ts';

/** Plans one run of a backfill: loading hours of staging assets, or building marts, or both. */
export function createPlanHours(deps: RunDeps) {
  return async (input: {
    readonly assets: readonly string[];
    readonly hours: readonly Hour[];
    readonly marts: readonly string[];
  }): Promise<PlannedRun> => {
    const plan = planHours(await readPipelineState(deps), input);
    return { plan, upstream: ancestry(deps.graph, input.marts) };
  };
}
