import { SoundFlowError } from '../core/errors.ts';
import type { Commit } from '../core/landing/commit.ts';
import { EMPTY_LOG, headOf, sameCommit, whyNotFollowing } from '../core/landing/rules.ts';
import type { LandingDeps } from './deps.ts';
import { topicOf } from './topic-of.ts';

/** What became of a commit: it stands, another stands in its place, or it does not follow the log. */
export type Put =
  | { readonly outcome: 'committed' | 'superseded'; readonly commit: Commit }
  | { readonly outcome: 'refused'; readonly why: string };

/** Puts a commit that follows the log, create-only, with the table's schema where that is new. The one place that writes the log. */
export async function putCommit({ commits, topics }: LandingDeps, topic: string, ours: Commit): Promise<Put> {
  const { position } = ours;
  const previous = position === 0 ? EMPTY_LOG : headOf(await commits.read(topic, position - 1));
  const why = whyNotFollowing(previous, ours);
  if (why !== null) return { outcome: 'refused', why };
  const isNewSchema = ours.standing.schema !== previous.standing.schema;
  const put = await commits.append(topic, ours, isNewSchema ? topicOf(topics, topic).contract.columns : null);
  if (put === 'written') return { outcome: 'committed', commit: ours };
  const theirs = await commits.read(topic, position);
  if (theirs === null)
    throw new SoundFlowError('UNAVAILABLE', `${topic}: commit ${String(position)} exists and cannot be read yet.`);
  return { outcome: sameCommit(ours, theirs) ? 'committed' : 'superseded', commit: theirs };
}
