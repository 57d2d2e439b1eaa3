import { addHours, hoursBetween, type Hour } from '../core/hours.ts';
import type { AmendmentRequest } from '../core/landing/amendment.ts';
import type { EpochRange, Head } from '../core/landing/commit.ts';
import { joinRanges } from '../core/landing/offset-set.ts';
import type { LandingDeps } from './deps.ts';
import { commitAt } from './hour-files.ts';
import { headOfLog, hourRecord } from './hour-record.ts';
import { requireHeld } from './rebuild-hour.ts';
import { requireClosed } from './require-closed.ts';
import { topicOf } from './topic-of.ts';

/** The hours of a request that the log knows. A rebuild is refused as a whole before anything is written. @throws BAD_REQUEST, NOT_FOUND, DATA_LOSS */
export function createPlanAmendment(deps: LandingDeps) {
  return async (request: AmendmentRequest): Promise<readonly Hour[]> => {
    const { topic, kind, from, to } = request;
    topicOf(deps.topics, topic);
    const head = await headOfLog(deps.commits, topic);
    const first = (await commitAt(deps.commits, topic, 0)).hour;
    const isKnown = (hour: Hour) => hour >= first && head.hour !== null && hour <= head.hour;
    const hours = hoursBetween(from, to).filter(isKnown);
    if (kind === 'replay') return hours;
    const last = addHours(to, -1);
    if (kind === 'rebuild' && isKnown(last)) requireClosed({ topic, hour: last, head });
    const closed = hours.filter((hour) => hour !== head.hour);
    if (kind === 'rebuild')
      await requireHeld(deps.eventLog, { topic, head, ranges: await rangesOf(deps, topic, { hours: closed, head }) });
    return closed;
  };
}

async function rangesOf(
  { commits }: LandingDeps,
  topic: string,
  { hours, head }: { readonly hours: readonly Hour[]; readonly head: Head },
): Promise<readonly EpochRange[]> {
  const ranges: EpochRange[] = [];
  for (const hour of hours) {
    const { read, redeemed } = await hourRecord(commits, { topic, hour, head });
    ranges.push(...read, ...redeemed);
  }
  return joinRanges(ranges);
}
