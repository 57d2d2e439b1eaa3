import { hourOf, laterHour, type Hour } from '../hours.ts';
import type { Drift } from '../ports/encoder.ts';
import type { Mark, OffsetRange, PartitionOffsets } from '../ports/event-log.ts';
import type { Commit, Counts, DeadLetterFile, EpochRange, Frontier, Head, LandedFile, Loss, Standing } from './commit.ts';
import { cut, type LandingCaps, type Segment } from './cut.ts';
import type { StoppedPartition } from './life.ts';

/** What one tick will do; `position` is that of the commit it asks for, or of the head when idle. */
export interface LandingPlan {
  readonly kind: 'create' | 'batch' | 'hour' | 'loss' | 'idle';
  readonly topic: string;
  readonly position: number;
  readonly hour: Hour;
  readonly at: number;
  readonly before: Frontier;
  readonly after: Frontier;
  /** What the log knew before, with the topic's id as the broker gives it now. */
  readonly standing: Standing;
  readonly segments: readonly Segment[];
  readonly losses: readonly Loss[];
  /** True when the caps left events for a plan that should follow at once. */
  readonly more: boolean;
  readonly stopped: readonly StoppedPartition[];
}

/** What landing one segment wrote. `bytes` are those of the records as sent, `marks` the last record by partition. */
export interface LandedSegment {
  readonly files: readonly LandedFile[];
  readonly deadLetters: readonly DeadLetterFile[];
  readonly rows: number;
  readonly rejected: number;
  readonly empty: number;
  readonly bytes: number;
  readonly marks: Readonly<Record<string, Mark>>;
  readonly drift: Drift;
}

/** What a plan starts from. `now` is workflow time, epoch milliseconds; `topicId` as the broker gives it, null where it gives none. */
export interface PlanStart {
  readonly topic: string;
  readonly head: Head;
  readonly topicId: string | null;
  readonly now: number;
}

/** Opens the table of a topic that has no log: each partition starts where the broker's begins. */
export function planCreate(start: PlanStart, offsets: readonly PartitionOffsets[]): LandingPlan {
  const after = Object.fromEntries(offsets.map((part) => [String(part.partition), part.start]));
  return { ...opening(start), kind: 'create', after, more: true };
}

/** Cuts what is new into segments; without any, closes the hour before once, else there is nothing to do. */
export function planBatch(
  start: PlanStart,
  found: { readonly fresh: readonly EpochRange[]; readonly stopped: readonly StoppedPartition[] },
  caps: LandingCaps,
): LandingPlan {
  const plan = { ...opening(start), stopped: found.stopped };
  const { segments, more } = cut(found.fresh, start.head.standing.recordBytes, caps);
  if (segments.length > 0) return { ...plan, kind: 'batch', after: advance(plan.before, segments), segments, more };
  const { position, hour } = start.head;
  if (hour !== null && plan.hour > hour) return { ...plan, kind: 'hour' };
  return { ...plan, kind: 'idle', position };
}

/** Gives up what an operator accepted as lost: retention's offsets are passed over, a rewound partition is read again in its next epoch. */
export function planLoss(start: PlanStart, losses: readonly Loss[], stopped: readonly StoppedPartition[]): LandingPlan {
  const plan = opening(start);
  const moved = losses.map((loss) => [String(loss.partition), loss.reason === 'retention' ? loss.to : loss.from] as const);
  const after = { ...plan.before, ...Object.fromEntries(moved) };
  const accepted = new Set(losses.map(({ partition }) => partition));
  return { ...plan, kind: 'loss', after, losses, more: true, stopped: stopped.filter((stop) => !accepted.has(stop.partition)) };
}

function opening({ topic, head, topicId, now }: PlanStart): Omit<LandingPlan, 'kind'> {
  const hour = head.hour === null ? hourOf(now) : laterHour(head.hour, hourOf(now));
  const standing = { ...head.standing, topicId: topicId ?? head.standing.topicId };
  const nothing = { segments: [], losses: [], more: false, stopped: [] };
  return { topic, position: head.position + 1, hour, at: now, before: head.frontier, after: head.frontier, standing, ...nothing };
}

function advance(before: Frontier, segments: readonly Segment[]): Frontier {
  const ends = segments.flatMap((segment) => segment.ranges.map((range) => [String(range.partition), range.to] as const));
  return { ...before, ...Object.fromEntries(ends) };
}

/** The head of the log that a plan starts from. */
export function headBefore({ position, hour, before, standing }: LandingPlan): Head {
  return { position: position - 1, hour, frontier: before, standing };
}

/** The commit that a plan leads to, from what its segments wrote (none unless it is a batch). */
export function commitOf(
  plan: LandingPlan,
  landed: readonly LandedSegment[],
  writer: { readonly encoder: string; readonly schema: string },
): Commit {
  const { position, hour, at, before, after, losses, standing } = plan;
  return {
    position,
    kind: plan.kind === 'idle' ? 'hour' : plan.kind,
    hour,
    at,
    before,
    after,
    standing: standingAfter(plan, landed, writer.schema),
    amended: standing.amendment,
    files: landed.flatMap((segment) => segment.files),
    removed: [],
    deadLetters: landed.flatMap((segment) => segment.deadLetters),
    counts: countsOf(plan, landed),
    rewrites: null,
    losses,
    redeems: [],
    encoder: writer.encoder,
  };
}

function standingAfter(plan: LandingPlan, landed: readonly LandedSegment[], schema: string): Standing {
  const { standing, losses, position } = plan;
  const records = sum(landed, ({ rows, rejected }) => rows + rejected);
  const reopened = losses.filter(({ reason }) => reason !== 'retention').map(({ partition }) => String(partition));
  const forgotten = new Set(losses.map(({ partition }) => String(partition)));
  const kept = Object.entries(standing.marks).filter(([partition]) => !forgotten.has(partition));
  const opened = reopened.map((partition) => [partition, (standing.epochs[partition] ?? 0) + 1] as const);
  return {
    epochs: { ...standing.epochs, ...Object.fromEntries(opened) },
    marks: newestMarks([Object.fromEntries(kept), ...landed.map(({ marks }) => marks)]),
    topicId: standing.topicId,
    amendment: plan.kind === 'loss' ? position : standing.amendment,
    recordBytes: records === 0 ? standing.recordBytes : Math.ceil(sum(landed, ({ bytes }) => bytes) / records),
    schema,
  };
}

function newestMarks(all: readonly Readonly<Record<string, Mark>>[]): Readonly<Record<string, Mark>> {
  const newest: Record<string, Mark> = {};
  for (const marks of all) {
    for (const [partition, mark] of Object.entries(marks)) {
      if (mark.offset >= (newest[partition]?.offset ?? 0)) newest[partition] = mark;
    }
  }
  return newest;
}

function countsOf(plan: LandingPlan, landed: readonly LandedSegment[]): Counts {
  const lost = lengthOf(plan.losses.filter(({ reason }) => reason === 'retention'));
  return {
    consumed: lengthOf(plan.segments.flatMap((segment) => segment.ranges)) + lost,
    redeemed: 0,
    rows: sum(landed, ({ rows }) => rows),
    deadLetters: sum(landed, ({ rejected }) => rejected),
    lost,
    empty: sum(landed, ({ empty }) => empty),
  };
}

/** How many offsets ranges have together. */
export function lengthOf(ranges: readonly OffsetRange[]): number {
  return ranges.reduce((total, { from, to }) => total + to - from, 0);
}

function sum<T>(items: readonly T[], pick: (item: T) => number): number {
  return items.reduce((total, item) => total + pick(item), 0);
}
