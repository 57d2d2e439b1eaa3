import type { DeadLetterQuery, HourOfDeadLetters } from '../core/landing/dead-letters.ts';
import { deadLettersOf } from './dead-letters.ts';
import type { LandingDeps } from './deps.ts';
import { headOfLog, hourRecord, redeemedOffsets } from './hour-record.ts';

/** The dead letters of a topic that no replay has landed yet, newest hour first. */
export async function* listDeadLetters(
  deps: Pick<LandingDeps, 'commits' | 'objects' | 'files' | 'catalog'>,
  { topic, from, to }: DeadLetterQuery,
): AsyncIterable<HourOfDeadLetters> {
  const head = await headOfLog(deps.commits, topic);
  const redeemed = await redeemedOffsets(deps.commits, topic, head);
  const hours = (await deps.catalog.landedHours(topic)).filter((it) => it.deadLetters > 0).map((it) => it.hour);
  for (const hour of hours.sort().reverse()) {
    if ((from !== null && hour < from) || (to !== null && hour >= to)) continue;
    const record = await hourRecord(deps.commits, { topic, hour, head });
    for await (const letters of deadLettersOf(deps, { topic, hour, files: record.deadLetters }, redeemed)) {
      if (letters.length > 0) yield { hour, letters };
    }
  }
}
