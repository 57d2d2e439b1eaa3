import type { Hour } from '../core/hours.ts';
import type { Commit, EpochRange, Head } from '../core/landing/commit.ts';
import { recordOf, type HourRecord } from '../core/landing/hour-record.ts';
import { offsetSet, type OffsetSet } from '../core/landing/offset-set.ts';
import { headOf } from '../core/landing/rules.ts';
import type { CommitLog } from '../core/ports/commit-log.ts';
import { amendments, commitsOfHour } from './hour-files.ts';
import { noLog } from './topic-of.ts';

/** The head of a log that must have one. @throws NOT_FOUND */
export async function headOfLog(commits: CommitLog, topic: string): Promise<Head> {
  const newest = await commits.newest(topic, 0);
  if (newest === null) throw noLog(topic);
  return headOf(newest);
}

/** What the log says of an hour as of `head`. @throws BAD_LOG */
export async function hourRecord(commits: CommitLog, wanted: { topic: string; hour: Hour; head: Head }): Promise<HourRecord> {
  const { topic, hour, head } = wanted;
  const found: Commit[] = [];
  for await (const commit of commitsOfHour(commits, { topic, hour, position: head.position })) found.push(commit);
  return recordOf(hour, found);
}

/** Every dead letter of the topic that a replay turned into a row, as of `head`. @throws BAD_LOG */
export async function redeemedOffsets(commits: CommitLog, topic: string, head: Head): Promise<OffsetSet> {
  const redeemed: EpochRange[] = [];
  for await (const commit of amendments(commits, topic, head.position)) redeemed.push(...commit.redeems);
  return offsetSet(redeemed);
}
