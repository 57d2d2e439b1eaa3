import type { Frontier } from '../core/landing/commit.ts';
import { judgeDeadLetters, judgeDrift } from '../core/landing/verdicts.ts';
import type { CheckRecord } from '../core/ports/catalog.ts';
import type { Drift } from '../core/ports/encoder.ts';
import type { LandingDeps } from './deps.ts';
import { foldLog } from './fold-log.ts';

/** Commits between two checkpoints of a table, so that opening it stays cheap. */
const CHECKPOINT_EVERY = 1_000;

/** What a batch landed up to, and what its segments held beside their contract. */
export interface Announcement {
  readonly topic: string;
  readonly position: number;
  readonly frontier: Frontier;
  readonly drift?: readonly Drift[];
}

/**
 * Shows what a commit landed: in the catalogue with its checks, and as the consumer group's offsets on the broker; and sums
 * the log up in a checkpoint when one is due. Losing it loses nothing.
 */
export function createAnnounceBatch(deps: LandingDeps) {
  const { commits, catalog, eventLog, landing } = deps;
  return async ({ topic, position, frontier, drift = [] }: Announcement): Promise<void> => {
    await foldLog({ commits, catalog }, topic, position);
    await recordChecks(deps, { topic, position, drift });
    await eventLog.announce(landing.group, topic, frontier);
    const due = position - (position % CHECKPOINT_EVERY);
    if (due > 0) await commits.checkpoint(topic, due);
  };
}

async function recordChecks(
  { commits, catalog, landing, now }: LandingDeps,
  { topic, position, drift }: { readonly topic: string; readonly position: number; readonly drift: readonly Drift[] },
): Promise<void> {
  const commit = await commits.read(topic, position);
  const landed = (await catalog.landedHours(topic)).find(({ hour }) => hour === commit?.hour);
  if (landed === undefined) return;
  const about = { asset: topic, run: `land/${topic}`, at: now() };
  const checks: CheckRecord[] = [{ ...about, check: 'dead_letters', ...judgeDeadLetters(landed, landing.deadLetterShare) }];
  if (drift.length > 0) checks.push({ ...about, check: 'schema_drift', ...judgeDrift(drift) });
  await catalog.record(checks.map((value) => ({ fact: 'check', value })));
}
