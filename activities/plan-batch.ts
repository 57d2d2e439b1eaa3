import type { Head } from '../core/landing/commit.ts';
import { planBatch, type LandingPlan } from '../core/landing/plan.ts';
import { EMPTY_LOG, headOf } from '../core/landing/rules.ts';
import type { LandingDeps } from './deps.ts';

/** A plan with the head of the log it starts from, and the settings the workflow goes by until the next. */
export interface PlannedBatch {
  readonly plan: LandingPlan;
  readonly head: Head;
  readonly tickMs: number;
  readonly window: number;
}

/** Reads the head of the topic's log, from `cached` upward, and the broker's offsets, and plans what is new. `now`: workflow time. */
export function createPlanBatch({ commits, eventLog, landing }: LandingDeps) {
  return async (input: { readonly topic: string; readonly cached: number; readonly now: number }): Promise<PlannedBatch> => {
    const newest = await commits.newest(input.topic, Math.max(0, input.cached));
    const head = newest === null ? EMPTY_LOG : headOf(newest);
    const offsets = await eventLog.offsets(input.topic);
    const plan = planBatch({ topic: input.topic, head, offsets, now: input.now, caps: landing.caps });
    return { plan, head, tickMs: landing.tickMs, window: landing.window };
  };
}
