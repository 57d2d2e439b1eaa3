import {
  allHandlersFinished,
  condition,
  continueAsNew,
  ParentClosePolicy,
  patched,
  setHandler,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { CheckedBackfill } from '../activities/check-backfill.ts';
import { parseBackfillRequest } from '../core/backfill.ts';
import { isRepeat, type RequestRecord } from '../core/backfill-status.ts';
import { backfillId } from '../core/workflow-ids.ts';
import { backfill } from './backfill.ts';
import { backfillEnded, backfillsStatus, requestBackfill } from './backfill-messages.ts';
import { reasonOf } from './failures.ts';
import { cheap } from './steps.ts';

/** What `backfills` remembers when it continues as new: requests, newest first, and messages not yet looked at. */
export interface BackfillsState {
  readonly requests: readonly RequestRecord[];
  readonly waiting: readonly unknown[];
}

const REMEMBERED = 100;

/** Takes requests for backfills, for ever: a good one becomes a child of its own, a bad one is answered in the status. */
export async function backfills(start: BackfillsState): Promise<never> {
  let requests = [...start.requests];
  const waiting = [...start.waiting];
  const remember = (record: RequestRecord) => {
    requests = [record, ...requests.filter((other) => other.id !== record.id || record.state === 'rejected')].slice(
      0,
      REMEMBERED,
    );
  };
  setHandler(backfillsStatus, () => ({ requests }));
  setHandler(requestBackfill, (message) => {
    waiting.push(message);
  });
  setHandler(backfillEnded, ({ id, state, message }) => {
    const ended = state === 'succeeded' || state === 'cancelled' ? state : 'failed';
    requests = requests.map((record) =>
      record.id === id && record.state === 'running' ? { ...record, state: ended, message } : record,
    );
  });
  const isKnown = (id: string) =>
    isRepeat(requests, id, Date.now()) || (isRemembered(requests, id) && !patched('the-server-knows-what-runs'));

  for (;;) {
    await condition(() => waiting.length > 0 || workflowInfo().continueAsNewSuggested);
    while (waiting.length > 0) await take(waiting.shift(), { isKnown, remember });
    if (workflowInfo().continueAsNewSuggested && allHandlersFinished()) {
      await continueAsNew<typeof backfills>({ requests, waiting });
    }
  }
}

/** What counted as a repeat before: whatever is remembered as running. */
function isRemembered(requests: readonly RequestRecord[], id: string): boolean {
  return requests.some((one) => one.id === id && one.state === 'running');
}

interface Memory {
  readonly isKnown: (id: string) => boolean;
  readonly remember: (record: RequestRecord) => void;
}

async function take(message: unknown, { isKnown, remember }: Memory): Promise<void> {
  const requestedAt = Date.now();
  const parsed = parseBackfillRequest(message);
  if (!parsed.ok) {
    remember({ id: '', requestedAt, state: 'rejected', message: parsed.problem });
    return;
  }
  let checked: CheckedBackfill;
  try {
    checked = await cheap().checkBackfill(parsed.request);
  } catch (failure) {
    remember({ id: parsed.request.id ?? '', requestedAt, state: 'rejected', message: reasonOf(failure) });
    return;
  }
  const { id } = checked;
  if (isKnown(id)) return;
  try {
    await begin(checked);
  } catch (failure) {
    if (!(failure instanceof WorkflowExecutionAlreadyStartedError)) throw failure;
  }
  remember({
    id,
    requestedAt,
    state: 'running',
    message: `${String(checked.hours.length)} hours of ${checked.assets.join(', ')}`,
  });
}

async function begin(checked: CheckedBackfill): Promise<void> {
  await startChild(backfill, {
    workflowId: backfillId(checked.id),
    args: [{ checked, done: 0, failed: 0, problems: [] }],
    parentClosePolicy: ParentClosePolicy.ABANDON,
    staticSummary: `backfill of ${checked.assets.join(', ')}`,
  });
}
