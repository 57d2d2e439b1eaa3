import { SoundFlowError } from '../core/errors.ts';
import type { Commit, Head } from '../core/landing/commit.ts';
import { commitOf, type LandedSegment, type LandingPlan } from '../core/landing/plan.ts';
import { EMPTY_LOG, headOf, sameCommit, whyNotFollowing } from '../core/landing/rules.ts';
import type { LandingDeps } from './deps.ts';
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
export function createCommitBatch({ commits, topics, encoder }: LandingDeps) {
  return async (input: { readonly plan: LandingPlan; readonly landed: readonly LandedSegment[] }): Promise<CommittedBatch> => {
    const { topic, position } = input.plan;
    const ours = commitOf(input.plan, input.landed, encoder.version);
    const previous = position === 0 ? EMPTY_LOG : headOf(await commits.read(topic, position - 1));
    const objection = whyNotFollowing(previous, ours);
    if (objection !== null) {
      throw new SoundFlowError(
        'BAD_LOG',
        `${topic}: commit ${String(position)} was not put, since ${objection}. The next tick plans again.`,
      );
    }
    const put = await commits.append(topic, ours, topicOf(topics, topic).contract.columns);
    if (put === 'written') return outcome('committed', ours);
    const theirs = await commits.read(topic, position);
    if (theirs === null)
      throw new SoundFlowError('UNAVAILABLE', `${topic}: commit ${String(position)} exists and cannot be read yet.`);
    return outcome(sameCommit(ours, theirs) ? 'committed' : 'superseded', theirs);
  };
}

function outcome(kind: CommittedBatch['outcome'], commit: Commit): CommittedBatch {
  return { outcome: kind, head: headOf(commit), rows: commit.counts.rows, deadLetters: commit.counts.deadLetters };
}
