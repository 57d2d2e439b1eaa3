import { SoundFlowError } from '../core/errors.ts';
import type { Commit, Head } from '../core/landing/commit.ts';
import { commitOf, type LandedSegment, type LandingPlan } from '../core/landing/plan.ts';
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
 * another commit there is adopted: our files stay unnamed, and the workflow plans again.
 */
export function createCommitBatch(deps: LandingDeps) {
  return async (input: { readonly plan: LandingPlan; readonly landed: readonly LandedSegment[] }): Promise<CommittedBatch> => {
    const { topic } = input.plan;
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

function outcome(kind: CommittedBatch['outcome'], commit: Commit): CommittedBatch {
  return { outcome: kind, head: headOf(commit), rows: commit.counts.rows, deadLetters: commit.counts.deadLetters };
}
