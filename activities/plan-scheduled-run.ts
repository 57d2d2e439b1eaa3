import { addHours, hourOf } from '../core/hours.ts';
import { planScheduled, type RunPlan } from '../core/run-plan.ts';
import { ancestry } from '../core/run.ts';
import type { RunDeps } from './deps.ts';
import { withoutLostLoads } from './lost-loads.ts';
import { readPipelineState } from './pipeline-state.ts';

/** A plan, with what each mart of it is made from so that a failure blocks only what depends on it. */
export interface PlannedRun {
  readonly plan: RunPlan;
  readonly upstream: Readonly<Record<string, readonly string[]>>;
}

/** Plans the schedule's run of `scheduledAt` (epoch milliseconds): the hour before it, whatever is stale, and the marts. */
export function createPlanScheduledRun(deps: RunDeps) {
  return async (input: { readonly scheduledAt: number }): Promise<PlannedRun> => {
    const state = await withoutLostLoads(deps, await readPipelineState(deps));
    const plan = planScheduled(state, addHours(hourOf(input.scheduledAt), -1));
    return { plan, upstream: ancestry(deps.graph, martsOf(deps)) };
  };
}

function martsOf({ graph }: RunDeps): readonly string[] {
  return graph.nodes.filter((node) => node.kind === 'mart').map((node) => node.key);
}
