import fc from 'fast-check';
import type { Commit } from './commit.ts';
import { commitOf, planBatch, type LandedSegment, type LandingPlan } from './plan.ts';
import { EMPTY_LOG, headOf, sameCommit, whyNotFollowing } from './rules.ts';

/**
 * A model of several landing workflows on one log: each has a cached position that may be older than the log, and may
 * stop, start again, go back to an earlier state or repeat an old commit at any step, with a clock of its own.
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
const CAPS = { segmentEvents: 7, batchSegments: 3 };

class World {
  readonly log: Commit[] = [];
  readonly ends = [0, 0, 0];
  private files = 0;

  append(partition: number, count: number): void {
    this.ends[partition] = (this.ends[partition] ?? 0) + count;
  }

  advance(actor: Actor, now: number): void {
    if (actor.step === 'plan') this.plan(actor, now);
    else if (actor.step === 'land') this.land(actor);
    else this.commit(actor, actor);
  }

  private plan(actor: Actor, now: number): void {
    let at = Math.min(Math.max(0, actor.cached), this.log.length);
    while (at + 1 < this.log.length) at += 1;
    const head = headOf(this.log[at] ?? null);
    const offsets = this.ends.map((end, partition) => ({ partition, start: 0, end }));
    const plan = planBatch({
      topic: 'listen_events',
      head: this.log.length === 0 ? EMPTY_LOG : head,
      offsets,
      now: now + actor.clockHours * HOUR_MS,
      caps: CAPS,
    });
    actor.cached = head.position;
    actor.plan = plan.kind === 'idle' ? null : plan;
    actor.step = plan.kind === 'idle' ? 'plan' : 'land';
  }

  private land(actor: Actor): void {
    actor.landed = (actor.plan?.segments ?? []).map((segment) => {
      const rows = segment.ranges.reduce((sum, range) => sum + range.to - range.from, 0);
      this.files += 1;
      const ranges = Object.fromEntries(segment.ranges.map((it) => [String(it.partition), { min: it.from, max: it.to }]));
      const file = { path: `file-${String(this.files)}`, bytes: rows, rows, ranges };
      return { files: [file], deadLetters: [], rows, rejected: 0, empty: 0 };
    });
    actor.step = 'commit';
  }

  commit(actor: Actor, from: { readonly plan: LandingPlan | null; readonly landed: readonly LandedSegment[] }): void {
    actor.step = 'plan';
    if (from.plan === null) return;
    const ours = commitOf(from.plan, from.landed, 'model');
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
);

function play(
  world: World,
  actors: readonly Actor[],
  happenings: readonly (typeof Happening extends fc.Arbitrary<infer T> ? T : never)[],
): void {
  let now = START;
  for (const happening of happenings) {
    const actor = actors[happening.actor] ?? newActor();
    now += 30_000;
    if (happening.what === 'step') world.advance(actor, now);
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
  for (let step = 0; step < 2_000 && (actor.step !== 'plan' || !caughtUp(world)); step += 1) world.advance(actor, START);
}

function caughtUp(world: World): boolean {
  const frontier = world.log.at(-1)?.after ?? {};
  return world.log.length > 0 && world.ends.every((end, partition) => (frontier[String(partition)] ?? 0) === end);
}

function offsetsInLake(world: World): readonly string[] {
  return world.log.flatMap((commit) =>
    commit.files.flatMap((file) =>
      Object.entries(file.ranges).flatMap(([partition, { min, max }]) =>
        Array.from({ length: Number(max) - Number(min) }, (_, index) => `${partition}/${String(Number(min) + index)}`),
      ),
    ),
  );
}

describe('landing, whatever stops, repeats or runs twice', () => {
  it('lands every offset exactly once, keeps the rules, and always comes to an end', () => {
    fc.assert(
      fc.property(fc.array(Happening, { minLength: 20, maxLength: 200 }), (happenings) => {
        const world = new World();
        const actors = [newActor(), newActor(), newActor()];
        play(world, actors, happenings);
        settle(world, newActor());
        const expected = world.ends.flatMap((end, partition) =>
          Array.from({ length: end }, (_, offset) => `${String(partition)}/${String(offset)}`),
        );
        expect([...offsetsInLake(world)].sort()).toEqual([...expected].sort());
        world.log.forEach((commit, position) => {
          expect(whyNotFollowing(headOf(world.log[position - 1] ?? null), commit)).toBeNull();
        });
      }),
      { numRuns: 2_000 },
    );
  }, 120_000);

  it('would double offsets if plans were made from memory: the model can fail', () => {
    const world = new World();
    world.append(0, 5);
    const [first, second] = [newActor(), newActor()];
    for (const actor of [first, second]) settle(world, actor);
    const stale = commitOf(
      {
        ...planBatch({
          topic: 'listen_events',
          head: headOf(world.log[0] ?? null),
          offsets: [{ partition: 0, start: 0, end: 5 }],
          now: START,
          caps: CAPS,
        }),
        position: 2,
      },
      [],
      'model',
    );
    expect(whyNotFollowing(headOf(world.log[1] ?? null), stale)).toMatch(/frontier/);
  });
});
