import {
  continueAsNew,
  defineQuery,
  executeChild,
  getExternalWorkflowHandle,
  isCancellation,
  CancellationScope,
  ParentClosePolicy,
  setHandler,
  workflowInfo,
  ApplicationFailure,
} from '@temporalio/workflow';
import type { CheckedBackfill } from '../activities/check-backfill.ts';
import type { BackfillProgress } from '../core/backfill-status.ts';
import type { Hour } from '../core/hours.ts';
import { BACKFILLS_ID, backfillId } from '../core/workflow-ids.ts';
import { backfillEnded } from './backfill-messages.ts';
import { reasonOf } from './failures.ts';
import { materialize } from './materialize.ts';
import { attributesOf } from './search-attributes.ts';
import { planning } from './steps.ts';

export const progress = defineQuery<BackfillProgress>('progress');

/** A backfill and how far it is; handed on when it continues as new. */
export interface BackfillState {
  readonly checked: CheckedBackfill;
  readonly done: number;
  readonly failed: number;
  readonly problems: readonly string[];
}

const HOURS_A_HISTORY = 200;
const MOST_PROBLEMS = 20;

/** Loads each hour as a run of its own, at most `concurrency` at once, then builds the marts once. Cancelling ends its runs. */
export async function backfill(start: BackfillState): Promise<BackfillProgress> {
  const { checked } = start;
  const work = { done: start.done, failed: start.failed, problems: [...start.problems] };
  const running = new Set<Hour>();
  let state: BackfillProgress['state'] = 'loading hours';
  const now = (): BackfillProgress => ({
    id: checked.id,
    total: checked.hours.length,
    ...work,
    running: [...running].sort(),
    state,
  });
  setHandler(progress, now);

  const fail = (what: string, failure: unknown) => {
    if (isCancellation(failure)) throw failure;
    work.failed += 1;
    if (work.problems.length < MOST_PROBLEMS) work.problems.push(`${what}: ${reasonOf(failure)}`);
  };
  const loadHour = async (hour: Hour) => {
    running.add(hour);
    try {
      await run(checked, { hours: [hour], assets: checked.assets, marts: [] }, hour);
      work.done += 1;
    } catch (failure) {
      fail(hour, failure);
    } finally {
      running.delete(hour);
    }
  };

  try {
    const from = start.done + start.failed;
    const waiting = checked.hours.slice(from, from + HOURS_A_HISTORY);
    const lane = async () => {
      for (let hour = waiting.shift(); hour !== undefined; hour = waiting.shift()) await loadHour(hour);
    };
    if (checked.assets.length > 0) await Promise.all(Array.from({ length: checked.concurrency }, lane));
    if (checked.assets.length > 0 && from + HOURS_A_HISTORY < checked.hours.length) {
      return await continueAsNew<typeof backfill>({ checked, ...work });
    }
    state = 'building marts';
    if (checked.marts.length > 0)
      await run(checked, { hours: [], assets: [], marts: checked.marts }, 'marts').catch((it: unknown) => {
        fail('marts', it);
      });
    state = work.failed === 0 ? 'succeeded' : 'failed';
  } catch (failure) {
    if (!isCancellation(failure)) throw failure;
    state = 'cancelled';
    await CancellationScope.nonCancellable(() => report(now()));
    throw failure;
  }
  await report(now());
  if (state === 'failed')
    throw ApplicationFailure.nonRetryable(`${String(work.failed)} failed: ${work.problems.join('; ')}`, 'BackfillFailed');
  return now();
}

async function run(
  { id }: CheckedBackfill,
  wanted: { readonly assets: readonly string[]; readonly hours: readonly Hour[]; readonly marts: readonly string[] },
  name: string,
): Promise<void> {
  const planned = await planning().planHours(wanted);
  await executeChild(materialize, {
    workflowId: `${backfillId(id)}/${name}`,
    args: [{ planned, kind: 'backfill', concurrency: Math.max(1, wanted.assets.length) }],
    typedSearchAttributes: attributesOf('backfill', planned.plan),
    parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
    staticSummary: `backfill ${id}: ${name}`,
  });
}

async function report({ id, state, done, failed, problems }: BackfillProgress): Promise<void> {
  if (workflowInfo().parent === undefined) return;
  const message = [`${String(done)} hours loaded, ${String(failed)} failed`, ...problems].join('; ');
  try {
    await getExternalWorkflowHandle(BACKFILLS_ID).signal(backfillEnded, { id, state, message });
  } catch (failure) {
    if (isCancellation(failure)) throw failure;
  }
}
