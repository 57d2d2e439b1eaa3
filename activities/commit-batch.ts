import { SoundFlowError } from '../core/errors.ts';
import type { Commit, Head } from '../core/landing/commit.ts';
import { compareWithBroker, doubtfulOffsets, isSameLife } from '../core/landing/life.ts';
import { commitOf, headBefore, type LandedSegment, type LandingPlan } from '../core/landing/plan.ts';
import { headOf } from '../core/landing/rules.ts';
import { schemaFingerprint } from '../core/landing/schema.ts';
import type { LandingDeps } from './deps.ts';
import { putCommit } from './put-commit.ts';
import { topicOf } from './topic-of.ts';

/** Whether our commit stands, or another took its place; `head` is the log's as far as is known now. */
export interface CommittedBatch {
  readonly outcome: 'committed' | 'superseded';
  readonly head: Head;
  readonly rows: number;
  readonly deadLetters: number;
}

/**
 * Puts the commit of a plan at its position, create-only. Finding the position taken by the same commit is success;
 * another commit there is adopted: our files stay unnamed, and the workflow plans again. So it does when the broker holds
 * another history by now than the one that was planned from.
 */
export function createCommitBatch(deps: LandingDeps) {
  return async (input: { readonly plan: LandingPlan; readonly landed: readonly LandedSegment[] }): Promise<CommittedBatch> => {
    const { topic } = input.plan;
    if (!(await isStillSame(deps, input.plan)))
      return { outcome: 'superseded', head: headBefore(input.plan), rows: 0, deadLetters: 0 };
    const { columns } = topicOf(deps.topics, topic).contract;
    const writer = { encoder: deps.encoder.version, schema: schemaFingerprint(columns) };
    const put = await putCommit(deps, topic, commitOf(input.plan, input.landed, writer));
    if (put.outcome !== 'refused') return outcome(put.outcome, put.commit);
    throw new SoundFlowError(
      'BAD_LOG',
      `${topic}: commit ${String(input.plan.position)} was not put, since ${put.why}. The next tick plans again.`,
    );
  };
}

/** A partition may have been cut off and grown again between the plan and the reading: what was read then does not join up. */
async function isStillSame({ eventLog }: LandingDeps, plan: LandingPlan): Promise<boolean> {
  if (plan.segments.length === 0) return true;
  const head = headBefore(plan);
  const offsets = await eventLog.offsets(plan.topic);
  const identity = await eventLog.identify(plan.topic, doubtfulOffsets(head, offsets));
  const read = plan.segments.flatMap(({ ranges }) => ranges.map(({ partition }) => partition));
  return isSameLife(read, compareWithBroker(head, offsets, identity));
}

function outcome(kind: CommittedBatch['outcome'], commit: Commit): CommittedBatch {
  return { outcome: kind, head: headOf(commit), rows: commit.counts.rows, deadLetters: commit.counts.deadLetters };
}
