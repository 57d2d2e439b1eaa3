import fc from 'fast-check';
import type { Mark, PartitionOffsets } from '../ports/event-log.ts';
import type { Commit, Head } from './commit.ts';
import { compareWithBroker, doubtfulOffsets, isSameLife, type StoppedPartition } from './life.ts';
import { lossesOf } from './loss.ts';
import { commitOf, headBefore, planBatch, planCreate, planLoss, type LandedSegment, type LandingPlan } from './plan.ts';
import { EMPTY_LOG, headOf, sameCommit, whyNotFollowing } from './rules.ts';

/**
 * A model of several landing workflows on one log: each has a cached position that may be older than the log, and may
 * stop, start again, go back to an earlier state or repeat an old commit at any step, with a clock of its own. The broker may
 * forget its oldest records, or cut its newest off and hold others in their place; then an operator accepts what is stopped.
 */
interface Actor {
  cached: number;
  clockHours: number;
  step: 'plan' | 'land' | 'commit';
  plan: LandingPlan | null;
  landed: readonly LandedSegment[];
  past: { readonly plan: LandingPlan; readonly landed: readonly LandedSegment[] }[];
}

const HOUR_MS = 3_600_000;
const START = Date.UTC(2026, 10, 20);
const CAPS = { segmentEvents: 7, segmentBytes: 1e9, batchEvents: 1e9, batchBytes: 1e9, batchSegments: 3 };
const WRITER = { encoder: 'model', schema: '' };

class World {
  readonly log: Commit[] = [];
  /** What each partition holds: a number of its own for every record ever sent, by offset; what is before `start` is gone. */
  readonly partitions = [0, 1, 2].map(() => ({ start: 0, records: new Array<number>() }));
  /** The records in each file. */
  readonly contents = new Map<string, readonly (number | null)[]>();
  private sent = 0;

  append(partition: number, count: number): void {
    for (let index = 0; index < count; index += 1) this.partitions[partition]?.records.push((this.sent += 1));
  }

  forget(partition: number, count: number): void {
    const held = this.partitions[partition];
    if (held !== undefined) held.start = Math.min(held.start + count, held.records.length);
  }

  cutOff(partition: number, count: number): void {
    const held = this.partitions[partition];
    if (held !== undefined) held.records.length = Math.max(held.start, held.records.length - count);
  }

  advance(actor: Actor, now: number): void {
    if (actor.step === 'plan') this.plan(actor, now, false);
    else if (actor.step === 'land') this.land(actor);
    else this.commit(actor, actor);
  }

  accept(actor: Actor, now: number): void {
    if (actor.step === 'plan') this.plan(actor, now, true);
  }

  private plan(actor: Actor, now: number, accepts: boolean): void {
    let at = Math.min(Math.max(0, actor.cached), this.log.length);
    while (at + 1 < this.log.length) at += 1;
    const head = this.log.length === 0 ? EMPTY_LOG : headOf(this.log[at] ?? null);
    const start = { topic: 'listen_events', head, topicId: null, now: now + actor.clockHours * HOUR_MS };
    const plan = head.position < 0 ? planCreate(start, this.offsets()) : this.planNext(start, accepts);
    actor.cached = head.position;
    actor.plan = plan.kind === 'idle' ? null : plan;
    actor.step = plan.kind === 'idle' ? 'plan' : 'land';
  }

  private planNext(start: Parameters<typeof planBatch>[0], accepts: boolean): LandingPlan {
    const { fresh, stopped } = this.compare(start.head);
    const ranges = stopped.map(({ partition, from, to }) => ({ partition, from, to }));
    const accepted = lossesOf(ranges, stopped, start.head.standing);
    if (accepts && ranges.length > 0 && 'losses' in accepted) return planLoss(start, accepted.losses, stopped);
    return planBatch(start, { fresh, stopped }, CAPS);
  }

  compare(head: Head) {
    const offsets = this.offsets();
    const points = Object.entries(doubtfulOffsets(head, offsets));
    const checksums = Object.fromEntries(points.map(([key, offset]) => [key, this.recordAt(Number(key), offset)]));
    const found = compareWithBroker(head, offsets, { id: null, checksums });
    const rewound = found.rewound.map((partition): StoppedPartition => {
      const to = head.frontier[String(partition)] ?? 0;
      return { partition, from: Math.min(this.lastSame(partition), to - 1), to, reason: 'rewound' };
    });
    return { ...found, stopped: [...found.stopped, ...rewound] };
  }

  /** The highest frontier whose last record is still there, in the partition's present epoch; else where it begins. */
  private lastSame(partition: number): number {
    const key = String(partition);
    const epoch = this.log.at(-1)?.standing.epochs[key] ?? 0;
    const same = this.log.filter(({ after, standing }) => {
      const mark = standing.marks[key];
      const held = mark?.crc === this.recordAt(partition, mark?.offset ?? -1);
      return (
        held && (standing.epochs[key] ?? 0) === epoch && (after[key] ?? 0) <= (this.partitions[partition]?.records.length ?? 0)
      );
    });
    return Math.max(this.partitions[partition]?.start ?? 0, same.at(-1)?.after[key] ?? 0);
  }

  private recordAt(partition: number, offset: number): number | null {
    const held = this.partitions[partition];
    return offset < (held?.start ?? 0) ? null : (held?.records[offset] ?? null);
  }

  private offsets(): readonly PartitionOffsets[] {
    return this.partitions.map(({ start, records }, partition) => ({ partition, start, end: records.length }));
  }

  /** A segment whose records are gone by now cannot be landed: the activity fails, and the workflow plans again. */
  private land(actor: Actor): void {
    const segments = actor.plan?.segments ?? [];
    const isHeld = segments.every(({ ranges }) =>
      ranges.every(({ partition, from, to }) => {
        const held = this.partitions[partition];
        return held !== undefined && held.start <= from && to <= held.records.length;
      }),
    );
    actor.step = isHeld ? 'commit' : 'plan';
    actor.landed = isHeld ? segments.map((segment) => this.landSegment(segment.ranges)) : [];
  }

  private landSegment(segment: LandingPlan['segments'][number]['ranges']): LandedSegment {
    const rows = segment.reduce((sum, range) => sum + range.to - range.from, 0);
    const path = `file-${String(this.contents.size)}`;
    const records = segment.map(({ partition, from, to }) =>
      Array.from({ length: to - from }, (_, index) => this.recordAt(partition, from + index)),
    );
    this.contents.set(path, records.flat());
    const ranges = Object.fromEntries(
      segment.map((it) => [`${String(it.epoch)}/${String(it.partition)}`, { min: it.from, max: it.to }]),
    );
    const marks = segment.map(({ partition, to }): readonly [string, Mark] => [
      String(partition),
      { offset: to - 1, crc: this.recordAt(partition, to - 1) ?? 0 },
    ]);
    const file = { path, bytes: rows, rows, digest: '', ranges };
    const nothing = { deadLetters: [], rejected: 0, empty: 0, drift: { sampled: 0, unknown: {} } };
    return { ...nothing, files: [file], rows, bytes: rows, marks: Object.fromEntries(marks) };
  }

  commit(actor: Actor, from: { readonly plan: LandingPlan | null; readonly landed: readonly LandedSegment[] }): void {
    actor.step = 'plan';
    if (from.plan === null) return;
    const read = from.plan.segments.flatMap(({ ranges }) => ranges.map(({ partition }) => partition));
    if (!isSameLife(read, this.compare(headBefore(from.plan)))) return;
    const ours = commitOf(from.plan, from.landed, WRITER);
    actor.past.push({ plan: from.plan, landed: from.landed });
    const previous = ours.position === 0 ? EMPTY_LOG : headOf(this.log[ours.position - 1] ?? null);
    if (whyNotFollowing(previous, ours) !== null) return;
    const taken = this.log[ours.position];
    if (taken === undefined) this.log[ours.position] = ours;
    else if (!sameCommit(ours, taken)) actor.cached = taken.position;
  }
}

const newActor = (): Actor => ({ cached: -1, clockHours: 0, step: 'plan', plan: null, landed: [], past: [] });

const Happening = fc.oneof(
  { weight: 10, arbitrary: fc.record({ what: fc.constant('step' as const), actor: fc.nat(2) }) },
  {
    weight: 4,
    arbitrary: fc.record({ what: fc.constant('events' as const), actor: fc.nat(2), count: fc.integer({ min: 1, max: 30 }) }),
  },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('crash' as const), actor: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('reset' as const), actor: fc.nat(2), back: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('zombie' as const), actor: fc.nat(2), which: fc.nat(20) }) },
  {
    weight: 1,
    arbitrary: fc.record({ what: fc.constant('clock' as const), actor: fc.nat(2), hours: fc.integer({ min: -2, max: 2 }) }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('hour passes' as const), actor: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('operator accepts' as const), actor: fc.nat(2) }) },
);

const count = fc.integer({ min: 1, max: 20 });
const BrokerLoss = fc.oneof(
  fc.record({ what: fc.constant('broker forgets' as const), actor: fc.nat(2), count }),
  fc.record({ what: fc.constant('broker cuts off' as const), actor: fc.nat(2), count }),
);
const Misfortune = fc.oneof({ weight: 12, arbitrary: Happening }, { weight: 2, arbitrary: BrokerLoss });

function play(
  world: World,
  actors: readonly Actor[],
  happenings: readonly (typeof Misfortune extends fc.Arbitrary<infer T> ? T : never)[],
): void {
  let now = START;
  for (const happening of happenings) {
    const actor = actors[happening.actor] ?? newActor();
    now += 30_000;
    if (happening.what === 'step') world.advance(actor, now);
    else if (happening.what === 'operator accepts') world.accept(actor, now);
    else if (happening.what === 'broker forgets') world.forget(happening.actor, happening.count);
    else if (happening.what === 'broker cuts off') world.cutOff(happening.actor, happening.count);
    else if (happening.what === 'events') world.append(happening.actor, happening.count);
    else if (happening.what === 'crash') Object.assign(actor, { ...newActor(), past: actor.past });
    else if (happening.what === 'reset')
      Object.assign(actor, { ...newActor(), past: actor.past, cached: actor.cached - happening.back });
    else if (happening.what === 'clock') actor.clockHours = happening.hours;
    else if (happening.what === 'hour passes') now += HOUR_MS;
    else {
      const old = actor.past[happening.which % Math.max(1, actor.past.length)];
      if (old !== undefined) world.commit(actor, old);
    }
  }
}

function settle(world: World, actor: Actor): void {
  for (let step = 0; step < 2_000 && (actor.step !== 'plan' || !caughtUp(world)); step += 1) {
    const head = headOf(world.log.at(-1) ?? null);
    const isStopped = world.log.length > 0 && world.compare(head).stopped.length > 0;
    if (actor.step === 'plan' && isStopped) world.accept(actor, START);
    else world.advance(actor, START);
  }
}

function caughtUp(world: World): boolean {
  if (world.log.length === 0) return false;
  const frontier = world.log.at(-1)?.after ?? {};
  const { stopped } = world.compare(headOf(world.log.at(-1) ?? null));
  return (
    stopped.length === 0 &&
    world.partitions.every(({ records }, partition) => (frontier[String(partition)] ?? 0) === records.length)
  );
}

/** Every `epoch/partition/offset` that a commit names, as often as it does. */
function offsetsInLake(world: World): readonly string[] {
  return world.log.flatMap((commit) =>
    commit.files.flatMap((file) =>
      Object.entries(file.ranges).flatMap(([partition, { min, max }]) =>
        Array.from({ length: Number(max) - Number(min) }, (_, index) => `${partition}/${String(Number(min) + index)}`),
      ),
    ),
  );
}

function followsItsRules(world: World): void {
  world.log.forEach((commit, position) => {
    expect(whyNotFollowing(headOf(world.log[position - 1] ?? null), commit)).toBeNull();
  });
}

describe('landing, whatever stops, repeats or runs twice', () => {
  it('lands every offset exactly once, keeps the rules, and always comes to an end', () => {
    fc.assert(
      fc.property(fc.array(Happening, { minLength: 20, maxLength: 200 }), (happenings) => {
        const world = new World();
        play(world, [newActor(), newActor(), newActor()], happenings);
        settle(world, newActor());
        const expected = world.partitions.flatMap(({ records }, partition) =>
          records.map((_, offset) => `0/${String(partition)}/${String(offset)}`),
        );
        expect([...offsetsInLake(world)].sort()).toEqual([...expected].sort());
        followsItsRules(world);
      }),
      { numRuns: 2_000 },
    );
  }, 120_000);

  it('lands all that the broker still holds, and no offset of an epoch twice, also when the broker loses some', () => {
    fc.assert(
      fc.property(fc.array(Misfortune, { minLength: 20, maxLength: 200 }), (happenings) => {
        const world = new World();
        play(world, [newActor(), newActor(), newActor()], happenings);
        // A partition that was cut off, and holds just as many others again, is known by what comes after them.
        for (const partition of world.partitions.keys()) world.append(partition, 100);
        settle(world, newActor());
        expect(caughtUp(world)).toBe(true);
        const held = offsetsInLake(world);
        expect(new Set(held).size).toBe(held.length);
        expect(notLanded(world)).toEqual([]);
        followsItsRules(world);
      }),
      { numRuns: 500 },
    );
  }, 120_000);

  it('would double offsets if plans were made from memory: the model can fail', () => {
    const world = new World();
    world.append(0, 5);
    const [first, second] = [newActor(), newActor()];
    for (const actor of [first, second]) settle(world, actor);
    const head = headOf(world.log[0] ?? null);
    const fresh = [{ partition: 0, from: 0, to: 5, epoch: 0 }];
    const planned = planBatch({ topic: 'listen_events', head, topicId: null, now: START }, { fresh, stopped: [] }, CAPS);
    const stale = commitOf({ ...planned, position: 2 }, [], WRITER);
    expect(whyNotFollowing(headOf(world.log[1] ?? null), stale)).toMatch(/frontier/);
  });
});

/** Records that the broker still holds and no commit landed, but for those an operator gave up. */
function notLanded(world: World): readonly number[] {
  const landed = new Set(world.log.flatMap(({ files }) => files.flatMap(({ path }) => world.contents.get(path) ?? [])));
  return world.partitions.flatMap(({ start, records }) => records.slice(start).filter((record) => !landed.has(record)));
}
