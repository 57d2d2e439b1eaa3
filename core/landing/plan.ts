import { hourOf, laterHour, type Hour } from '../hours.ts';
import type { OffsetRange, PartitionOffsets } from '../ports/event-log.ts';
import type { Commit, Counts, DeadLetterFile, Frontier, Head, LandedFile } from './commit.ts';

/** Bounds of one plan; together they keep its JSON under 512 KiB and a worker's memory flat. */
export interface LandingCaps {
  readonly segmentEvents: number;
  readonly batchSegments: number;
}

/** A bounded list of offset ranges that one activity lands. */
export interface Segment {
  readonly id: number;
  readonly ranges: readonly OffsetRange[];
}

/**
 * A partition that cannot go on: the log no longer holds `[from, to)` because retention passed the frontier, or it ends
 * below the frontier because the topic was recreated or cut.
 */
export interface StoppedPartition extends OffsetRange {
  readonly reason: 'retention' | 'rewound';
}

/** What one tick will do; `position` is that of the commit it asks for, or of the head when idle. */
export interface LandingPlan {
  readonly kind: 'create' | 'batch' | 'hour' | 'idle';
  readonly topic: string;
  readonly position: number;
  readonly hour: Hour;
  readonly at: number;
  readonly before: Frontier;
  readonly after: Frontier;
  readonly segments: readonly Segment[];
  /** True when the caps left events for a plan that should follow at once. */
  readonly more: boolean;
  readonly stopped: readonly StoppedPartition[];
}

/** What landing one segment wrote. */
export interface LandedSegment {
  readonly files: readonly LandedFile[];
  readonly deadLetters: readonly DeadLetterFile[];
  readonly rows: number;
  readonly rejected: number;
  readonly empty: number;
}

/** Cuts what the log holds above the head into segments. `now` is workflow time, epoch milliseconds. */
export function planBatch(input: {
  readonly topic: string;
  readonly head: Head;
  readonly offsets: readonly PartitionOffsets[];
  readonly now: number;
  readonly caps: LandingCaps;
}): LandingPlan {
  const { topic, head, offsets, now, caps } = input;
  const hour = head.hour === null ? hourOf(now) : laterHour(head.hour, hourOf(now));
  const plan = {
    topic,
    position: head.position + 1,
    hour,
    at: now,
    before: head.frontier,
    segments: [],
    more: false,
    stopped: [],
  };
  if (head.position < 0) {
    return {
      ...plan,
      kind: 'create',
      after: Object.fromEntries(offsets.map((part) => [String(part.partition), part.start])),
      more: true,
    };
  }
  const { fresh, stopped } = whatIsNew(head.frontier, offsets);
  const { segments, more } = cut(fresh, caps);
  const after = advance(head.frontier, segments);
  if (segments.length > 0) return { ...plan, kind: 'batch', after, segments, more, stopped };
  if (head.hour !== null && hour > head.hour) return { ...plan, kind: 'hour', after, stopped };
  return { ...plan, kind: 'idle', position: head.position, after, stopped };
}

function whatIsNew(frontier: Frontier, offsets: readonly PartitionOffsets[]) {
  const fresh: OffsetRange[] = [];
  const stopped: StoppedPartition[] = [];
  for (const { partition, start, end } of offsets) {
    const from = frontier[String(partition)] ?? 0;
    if (start > from) stopped.push({ partition, from, to: start, reason: 'retention' });
    else if (end < from) stopped.push({ partition, from: end, to: from, reason: 'rewound' });
    else if (end > from) fresh.push({ partition, from, to: end });
  }
  return { fresh, stopped };
}

function cut(fresh: readonly OffsetRange[], caps: LandingCaps): { segments: readonly Segment[]; more: boolean } {
  const segments: Segment[] = [];
  let open: OffsetRange[] = [];
  let room = caps.segmentEvents;
  const close = () => {
    if (open.length > 0) segments.push({ id: segments.length, ranges: open });
    open = [];
    room = caps.segmentEvents;
  };
  for (const range of fresh) {
    for (let from = range.from; from < range.to;) {
      if (segments.length === caps.batchSegments) return { segments, more: true };
      const to = Math.min(range.to, from + room);
      open.push({ partition: range.partition, from, to });
      room -= to - from;
      from = to;
      if (room === 0) close();
    }
  }
  close();
  return { segments, more: false };
}

function advance(before: Frontier, segments: readonly Segment[]): Frontier {
  const ends = segments.flatMap((segment) => segment.ranges.map((range) => [String(range.partition), range.to] as const));
  return { ...before, ...Object.fromEntries(ends) };
}

/** The commit that a plan leads to, from what its segments wrote (none unless it is a batch). */
export function commitOf(plan: LandingPlan, landed: readonly LandedSegment[], encoder: string): Commit {
  const kind = plan.kind === 'idle' ? 'hour' : plan.kind;
  return {
    position: plan.position,
    kind,
    hour: plan.hour,
    at: plan.at,
    before: plan.before,
    after: plan.after,
    files: landed.flatMap((segment) => segment.files),
    removed: [],
    deadLetters: landed.flatMap((segment) => segment.deadLetters),
    counts: countsOf(plan, landed),
    encoder,
  };
}

function countsOf(plan: LandingPlan, landed: readonly LandedSegment[]): Counts {
  const sum = (pick: (segment: LandedSegment) => number) => landed.reduce((total, segment) => total + pick(segment), 0);
  const ranges = plan.segments.flatMap((segment) => segment.ranges);
  return {
    consumed: ranges.reduce((total, range) => total + range.to - range.from, 0),
    redeemed: 0,
    rows: sum((segment) => segment.rows),
    deadLetters: sum((segment) => segment.rejected),
    lost: 0,
    empty: sum((segment) => segment.empty),
  };
}
