import {
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { PlannedRun } from '../activities/plan-scheduled-run.ts';
import type { RunRecord } from '../core/ports/catalog.ts';
import { describeStep, tally, unblocked, type StepResult } from '../core/run.ts';
import type { LoadStep, Step } from '../core/run-plan.ts';
import { reasonOf } from './failures.ts';
import { Outcome } from './search-attributes.ts';
import { building, cheap, loading } from './steps.ts';

/** A recorded plan to carry out, and what asked for it. */
export interface Materialize {
  readonly planned: PlannedRun;
  readonly kind: RunRecord['kind'];
  readonly concurrency: number;
}

/** How a run that succeeded went. */
export interface Materialized {
  readonly summary: string;
  readonly warnings: readonly string[];
}

/**
 * Carries out one plan, wave by wave. A failed step blocks only what depends on it; then the ledger must balance, and
 * stale marts are warned of. Ends as failed, with what was done, failed and skipped, when anything did not succeed.
 */
export async function materialize(input: Materialize): Promise<Materialized> {
  const info = workflowInfo();
  const run = `${info.workflowId}@${info.runId}`;
  const steps = input.planned.plan.waves.flat().length;
  const began = { id: run, kind: input.kind, startedAt: info.startTime.getTime(), endedAt: null, steps, failed: 0 };
  await cheap().recordRun({ ...began, status: 'running', summary: '' });
  const end = async (status: RunRecord['status'], summary: string, failed: number) => {
    upsertSearchAttributes([{ key: Outcome, value: status }]);
    await cheap().recordRun({ ...began, status, summary, failed, endedAt: Date.now() });
  };
  let failedSteps = 0;
  try {
    const results = await carryOut(input, run);
    const checked = await check(results, run);
    const failed = results.filter((result) => result.outcome !== 'done');
    failedSteps = failed.length;
    const problems = [...failed.map(describeResult), ...checked.problems];
    if (problems.length > 0) throw ApplicationFailure.nonRetryable(`${tally(results)}: ${problems.join('; ')}`, 'RunFailed');
    await end('succeeded', tally(results), 0);
    return { summary: tally(results), warnings: checked.warnings };
  } catch (failure) {
    const cancelled = isCancellation(failure);
    await CancellationScope.nonCancellable(() =>
      end(cancelled ? 'cancelled' : 'failed', reasonOf(failure).slice(0, 2_000), failedSteps),
    );
    throw failure;
  }
}

async function carryOut({ planned, concurrency }: Materialize, run: string): Promise<readonly StepResult[]> {
  const results: StepResult[] = [];
  for (const wave of planned.plan.waves) {
    const { go, skipped } = unblocked(wave, results, planned.upstream);
    const ended = await inWindow(go, concurrency, (step) => carryOutStep(step, run));
    results.push(...ended, ...skipped);
  }
  return results;
}

async function carryOutStep(step: Step, run: string): Promise<StepResult> {
  const summary = describeStep(step);
  try {
    if (step.verb === 'load') {
      const { rows } = await loading().loadHour.executeWithOptions({ summary }, [{ step, run }]);
      return { step, outcome: 'done', message: `${String(rows)} rows` };
    }
    const { tests } = await building().buildModels.executeWithOptions({ summary }, [{ assets: step.assets, run }]);
    return { step, outcome: 'done', message: `${String(tests)} tests` };
  } catch (failure) {
    if (isCancellation(failure)) throw failure;
    return { step, outcome: 'failed', message: reasonOf(failure) };
  }
}

async function check(results: readonly StepResult[], run: string) {
  const built = results.some((result) => result.step.verb === 'build' && result.outcome === 'done');
  const steps = results.flatMap(({ step, outcome }): LoadStep[] => (step.verb === 'load' && outcome === 'done' ? [step] : []));
  const problems: string[] = [];
  const warnings: string[] = [];
  if (!built) return { problems, warnings };
  const balance = await loading().balanceLedger({ steps, run });
  if (balance.difference !== 0)
    problems.push(`the ledger is off by ${String(balance.difference)}: ${balance.unbalanced.join(', ')}`);
  for (const verdict of await loading().checkFreshness({ run })) if (verdict.status !== 'pass') warnings.push(verdict.message);
  return { problems, warnings };
}

/** Runs `work` on each item, at most `width` at once, and keeps the order of the items. */
async function inWindow<In, Out>(items: readonly In[], width: number, work: (item: In) => Promise<Out>): Promise<readonly Out[]> {
  const results: Out[] = [];
  const waiting = items.map((item, index) => ({ item, index }));
  const lane = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) results[next.index] = await work(next.item);
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
  return results;
}

function describeResult({ step, outcome, message }: StepResult): string {
  return `${describeStep(step)} ${outcome}: ${message}`;
}
