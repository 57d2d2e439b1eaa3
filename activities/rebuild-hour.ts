import { SoundFlowError } from '../core/errors.ts';
import type { EpochRange, Head } from '../core/landing/commit.ts';
import type { Amendment } from '../core/landing/amend.ts';
import { compareWithBroker, doubtfulOffsets, isSameLife } from '../core/landing/life.ts';
import { joinRanges, type OffsetSet } from '../core/landing/offset-set.ts';
import { lengthOf } from '../core/landing/plan.ts';
import type { EventLog } from '../core/ports/event-log.ts';
import type { Prepare } from './amend-hour.ts';
import { hourRecord, redeemedOffsets } from './hour-record.ts';
import { writeSegment } from './land-segment.ts';
import { requireClosed } from './require-closed.ts';

/**
 * Reads again exactly what a closed hour was made from and puts it in place of the hour's files. Dead letters that a replay
 * has landed elsewhere since are not landed again.
 * @throws DATA_LOSS before anything is written when the broker no longer holds every range.
 */
export const rebuildHour: Prepare = async (deps, { topic, hour, head }, beat) => {
  requireClosed({ topic, hour, head });
  const record = await hourRecord(deps.commits, { topic, hour, head });
  const ranges = joinRanges([...record.read, ...record.redeemed]);
  if (ranges.length === 0 && record.files.length === 0) return null;
  await requireHeld(deps.eventLog, { topic, head, ranges });
  const elsewhere = await redeemedOffsets(deps.commits, topic, head);
  const excluded = joinRanges(record.read).flatMap((range) => overlapping(range, elsewhere));
  const kept = joinRanges([...subtract(joinRanges(record.read), excluded), ...record.redeemed]);
  const segment = { id: 0, ranges: kept };
  const written = await writeSegment(deps, { topic, position: head.position + 1, hour, segment }, beat);
  const { consumed, redeemed, lost } = record.counts;
  const deadLetters = written.rejected + lengthOf(excluded);
  const amendment: Amendment = {
    kind: 'replace',
    rewrites: hour,
    files: written.files,
    removed: record.files.map(({ path }) => path),
    deadLetters: written.deadLetters,
    redeems: [],
    counts: {
      consumed,
      redeemed,
      rows: written.rows,
      deadLetters,
      lost,
      empty: consumed + redeemed - written.rows - deadLetters - lost,
    },
  };
  return amendment;
};

/** Refuses ranges that the broker does not hold any more, as they were landed. @throws DATA_LOSS */
export async function requireHeld(
  eventLog: EventLog,
  { topic, head, ranges }: { readonly topic: string; readonly head: Head; readonly ranges: readonly EpochRange[] },
): Promise<void> {
  const offsets = await eventLog.offsets(topic);
  const identity = await eventLog.identify(topic, doubtfulOffsets(head, offsets));
  const found = compareWithBroker(head, offsets, identity);
  for (const range of ranges) {
    const held = offsets.find(({ partition }) => partition === range.partition);
    const epoch = head.standing.epochs[String(range.partition)] ?? 0;
    const isHeld = held !== undefined && held.start <= range.from && held.end >= range.to;
    if (isHeld && epoch === range.epoch && isSameLife([range.partition], found)) continue;
    const where = `partition ${String(range.partition)}, [${String(range.from)}, ${String(range.to)})`;
    const now = held === undefined ? 'nothing' : `[${String(held.start)}, ${String(held.end)})`;
    throw new SoundFlowError(
      'DATA_LOSS',
      `${topic}: ${where} of epoch ${String(range.epoch)} cannot be read again, the broker holds ${now} of epoch ${String(epoch)}. Nothing was changed; restore the files from a backup of the lake.`,
    );
  }
}

function overlapping(range: EpochRange, { ranges }: OffsetSet): readonly EpochRange[] {
  return ranges
    .filter(({ epoch, partition }) => epoch === range.epoch && partition === range.partition)
    .map((other) => ({ ...range, from: Math.max(range.from, other.from), to: Math.min(range.to, other.to) }))
    .filter(({ from, to }) => to > from);
}

function subtract(ranges: readonly EpochRange[], holes: readonly EpochRange[]): readonly EpochRange[] {
  return ranges.flatMap((range) => {
    const parts: EpochRange[] = [];
    let from = range.from;
    for (const hole of holes.filter((it) => it.epoch === range.epoch && it.partition === range.partition)) {
      if (hole.from < range.from || hole.to > range.to) continue;
      if (hole.from > from) parts.push({ ...range, from, to: hole.from });
      from = hole.to;
    }
    if (from < range.to) parts.push({ ...range, from });
    return parts;
  });
}
