import type { Client } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError, WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { SoundFlowError } from '../core/errors.ts';
import { parseAmendment, type AmendmentKind, type AmendmentProgress, type AmendmentRequest } from '../core/landing/amendment.ts';
import { amendmentId } from '../core/workflow-ids.ts';
import { print, type Output } from './output.ts';
import { table } from './table.ts';

const LOOK_AGAIN_MS = 2_000;

/** Hours of topics to amend, as they were typed. */
export interface AskedAmendment {
  readonly kind: AmendmentKind;
  readonly topic: string;
  readonly from: string;
  readonly to: string;
}

/** Starts the workflow that amends the hours, shows how far it is, and what became of each. @throws BAD_REQUEST, UNAVAILABLE */
export async function amend(
  known: { readonly client: Client; readonly taskQueue: string; readonly note: (line: string) => void },
  asked: AskedAmendment,
  output: Output,
): Promise<void> {
  const parsed = parseAmendment(asked);
  if (!parsed.ok) throw new SoundFlowError('BAD_REQUEST', `${asked.kind}: ${parsed.problem}`);
  const progress = await follow(known, parsed.request);
  print(output, progress, () => textOf(progress));
}

async function follow(
  { client, taskQueue, note }: { readonly client: Client; readonly taskQueue: string; readonly note: (line: string) => void },
  request: AmendmentRequest,
): Promise<AmendmentProgress> {
  const workflowId = amendmentId(request.kind, request.topic);
  const handle = await start(client, request, { workflowId, taskQueue });
  let said = '';
  const timer = setInterval(() => {
    handle.query<AmendmentProgress>('progress').then(
      ({ done, total, state }) => {
        const line = `${workflowId}: ${state}, ${String(done.length)} of ${String(total)} hours changed`;
        if (line !== said) note(line);
        said = line;
      },
      () => undefined,
    );
  }, LOOK_AGAIN_MS);
  try {
    return await handle.result();
  } catch (failure) {
    if (!(failure instanceof WorkflowFailedError)) throw failure;
    throw new SoundFlowError('BAD_REQUEST', `${workflowId}: ${reasonOf(failure)}`, { cause: failure });
  } finally {
    clearInterval(timer);
  }
}

async function start(
  client: Client,
  request: AmendmentRequest,
  { workflowId, taskQueue }: { workflowId: string; taskQueue: string },
) {
  try {
    const staticSummary = `${request.kind} ${request.topic}, ${request.from} to ${request.to}`;
    await client.workflow.start('amend', { workflowId, taskQueue, args: [request], staticSummary });
    return client.workflow.getHandle<() => Promise<AmendmentProgress>>(workflowId);
  } catch (failure) {
    if (!(failure instanceof WorkflowExecutionAlreadyStartedError)) throw failure;
    throw new SoundFlowError(
      'BAD_REQUEST',
      `${workflowId}: one is running already. Wait for it, or cancel it: temporal workflow cancel -w ${workflowId}`,
      { cause: failure },
    );
  }
}

/** What a worker said, beneath what Temporal says about it. */
function reasonOf(failure: Error): string {
  if (failure instanceof ApplicationFailure || !(failure.cause instanceof Error)) return failure.message;
  return reasonOf(failure.cause);
}

function textOf({ kind, topic, total, done }: AmendmentProgress): string {
  if (done.length === 0) return `${kind} ${topic}: nothing to do in ${String(total)} ${total === 1 ? 'hour' : 'hours'}.`;
  const rows = done.map(({ hour, position, message }) => [hour, `commit ${String(position)}`, message]);
  return table(['landing hour', 'commit', 'what was done'], rows);
}
