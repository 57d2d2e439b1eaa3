import { ApplicationFailure, defineQuery, isCancellation, setCurrentDetails, setHandler } from '@temporalio/workflow';
import { parseAmendment, type AmendedHour, type AmendmentProgress, type AmendmentRequest } from '../core/landing/amendment.ts';
import type { Hour } from '../core/hours.ts';
import { reasonOf } from './failures.ts';
import { amending, planning } from './steps.ts';

export const progress = defineQuery<AmendmentProgress>('progress');

/** Amends hours of one topic, one after the other; an hour that fails is told at the end, and the others are done. */
export async function amend(message: AmendmentRequest): Promise<AmendmentProgress> {
  const parsed = parseAmendment(message);
  if (!parsed.ok) throw ApplicationFailure.nonRetryable(parsed.problem, 'BAD_REQUEST');
  const { kind, topic } = parsed.request;
  const done: AmendedHour[] = [];
  const problems: string[] = [];
  let hours: readonly Hour[] = [];
  let state: AmendmentProgress['state'] = 'planning';
  const now = (): AmendmentProgress => ({ kind, topic, total: hours.length, done: done.filter(isChange), problems, state });
  setHandler(progress, now);

  hours = await planning().planAmendment(parsed.request);
  state = 'working';
  for (const hour of hours) {
    try {
      done.push(await amending().amendHour({ kind, topic, hour, now: Date.now() }));
    } catch (failure) {
      if (isCancellation(failure)) throw failure;
      problems.push(`${hour}: ${reasonOf(failure)}`);
    }
    setCurrentDetails(
      `**${kind} ${topic}**: ${String(done.length)} of ${String(hours.length)} hours, ${String(problems.length)} failed`,
    );
  }
  state = problems.length === 0 ? 'succeeded' : 'failed';
  if (problems.length > 0) throw ApplicationFailure.nonRetryable(problems.join('; '), 'AmendmentFailed', now());
  return now();
}

function isChange({ position }: AmendedHour): boolean {
  return position !== null;
}
