import {
  allHandlersFinished,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  defineUpdate,
  isCancellation,
  patched,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Frontier, Head } from '../core/landing/commit.ts';
import type { StoppedPartition } from '../core/landing/life.ts';
import { describeStopped, parseLoss, type LossAnswer } from '../core/landing/loss.ts';
import type { LandedSegment, LandingPlan } from '../core/landing/plan.ts';
import { EMPTY_LOG, reached } from '../core/landing/rules.ts';
import type { Drift } from '../core/ports/encoder.ts';
import type { OffsetRange } from '../core/ports/event-log.ts';
import { untilNextTick, type FlushAnswer, type LandingState, type LandingStatus } from '../core/landing/status.ts';
import { reasonOf } from './failures.ts';
import { announcing, cheap, landing } from './steps.ts';

export const pause = defineSignal('pause');
export const resume = defineSignal('resume');
export const flush = defineUpdate<FlushAnswer>('flush');
export const acceptLoss = defineUpdate<LossAnswer, [message: unknown]>('acceptLoss');
export const status = defineQuery<LandingStatus>('status');

/** Lands one topic for ever: a tick plans what is new, lands it and commits it. Only the log knows what is landed. */
export async function landTopic(start: LandingState): Promise<never> {
  const tick = new Landing(start);
  tick.answerMessages();
  for (;;) {
    await condition(() => !tick.paused);
    const tickMs = await tick.once();
    if (workflowInfo().continueAsNewSuggested && allHandlersFinished()) await continueAsNew<typeof landTopic>(tick.state());
    if (!tick.hasMore()) await condition(() => tick.isWanted(), untilNextTick(Date.now(), tickMs));
  }
}

const FIRST_TICK_MS = 10_000;

/** Ranges that an operator gives up, and what became of that once a tick has taken them along. */
interface Acceptance {
  readonly ranges: readonly OffsetRange[];
  answer: LossAnswer | null;
}

class Landing {
  paused: boolean;
  private readonly topic: string;
  private head: Head;
  private ticks: number;
  private rows: number;
  private deadLetters: number;
  private tickMs = FIRST_TICK_MS;
  private more = false;
  private flushes = 0;
  private acceptances: readonly Acceptance[] = [];
  private stopped: readonly StoppedPartition[] = [];
  private problem: string | null = null;
  private unannounced: string | null = null;

  constructor(start: LandingState) {
    this.topic = start.topic;
    this.paused = start.paused;
    this.head = { ...EMPTY_LOG, position: start.position };
    this.ticks = start.ticks;
    this.rows = start.rows;
    this.deadLetters = start.deadLetters;
  }

  answerMessages(): void {
    setHandler(pause, () => {
      this.paused = true;
    });
    setHandler(resume, () => {
      this.paused = false;
    });
    setHandler(status, () => this.status());
    setHandler(flush, () => this.flush());
    setHandler(acceptLoss, (message) => this.accept(message));
  }

  /** One tick; a failure is shown in the status, and the next tick plans again from the log. */
  async once(): Promise<number> {
    try {
      await this.planLandCommit();
      this.problem = null;
    } catch (failure) {
      if (isCancellation(failure)) throw failure;
      this.problem = reasonOf(failure);
      this.more = false;
    }
    this.ticks += 1;
    setCurrentDetails(this.details());
    return this.tickMs;
  }

  private async planLandCommit(): Promise<void> {
    const [acceptance] = this.acceptances;
    const asked = { topic: this.topic, cached: this.head.position, now: Date.now(), accept: acceptance?.ranges };
    const planned = await cheap().planBatch(asked);
    const { plan } = planned;
    this.tickMs = planned.tickMs;
    this.head = planned.head;
    this.stopped = plan.stopped;
    this.more = plan.more;
    if (planned.refused !== null) this.answer(acceptance, { accepted: false, why: planned.refused });
    if (plan.kind === 'idle') return;
    const landed = await landSegments(plan, planned.window);
    const committed = await cheap().commitBatch({ plan, landed });
    this.head = committed.head;
    if (committed.outcome === 'superseded') {
      this.more = true;
      return;
    }
    if (plan.kind === 'loss') this.answer(acceptance, { accepted: true, position: plan.position });
    this.rows += committed.rows;
    this.deadLetters += committed.deadLetters;
    await this.announce(landed);
  }

  /** Showing what was landed matters less than landing: a failure is shown, and the next announcement makes up for it. */
  private async announce(landed: readonly LandedSegment[]): Promise<void> {
    const { position, frontier } = this.head;
    const drift = landed.flatMap(driftOf);
    try {
      await announcing().announceBatch({ topic: this.topic, position, frontier, drift });
      this.unannounced = null;
    } catch (failure) {
      if (isCancellation(failure)) throw failure;
      this.unannounced = `landed, but not announced: ${reasonOf(failure)}`;
    }
  }

  private answer(acceptance: Acceptance | undefined, answer: LossAnswer): void {
    if (acceptance !== undefined) acceptance.answer = answer;
    this.acceptances = this.acceptances.filter((one) => one !== acceptance);
  }

  private async accept(message: unknown): Promise<LossAnswer> {
    const parsed = parseLoss(message);
    if (!parsed.ok) return { accepted: false, why: parsed.why };
    if (this.paused) return { accepted: false, why: `landing of ${this.topic} is paused; send the signal resume first` };
    const acceptance: Acceptance = { ranges: parsed.ranges, answer: null };
    this.acceptances = [...this.acceptances, acceptance];
    const askedAt = this.ticks;
    await condition(() => acceptance.answer !== null || this.paused || (this.problem !== null && this.ticks > askedAt + 1));
    this.acceptances = this.acceptances.filter((one) => one !== acceptance);
    return acceptance.answer ?? { accepted: false, why: this.problem ?? 'landing was paused' };
  }

  private async flush(): Promise<FlushAnswer> {
    if (this.paused) return { landed: false, why: `landing of ${this.topic} is paused; send the signal resume first` };
    const target = await cheap().readEnds({ topic: this.topic });
    const askedAt = this.ticks;
    const looked = patched('flush-waits-for-a-tick') ? askedAt + 1 : 0;
    this.flushes += 1;
    try {
      await condition(() => this.hasLanded(target, looked) || this.paused || this.gaveUpSince(askedAt));
    } finally {
      this.flushes -= 1;
    }
    if (this.hasLanded(target, looked)) return { landed: true, position: this.head.position };
    return { landed: false, why: this.problem ?? this.whyStopped() };
  }

  /** Offsets alone do not tell: those of a partition that is stopped may be of another history. So one tick has to have looked. */
  private hasLanded(target: Frontier, looked: number): boolean {
    const isStopped = this.stopped.some(({ partition }) => String(partition) in target);
    return this.ticks >= looked && !isStopped && reached(this.head.frontier, target);
  }

  private gaveUpSince(askedAt: number): boolean {
    return this.ticks > askedAt + 1 && (this.problem !== null || (this.stopped.length > 0 && !this.more));
  }

  private whyStopped(): string {
    return this.stopped.length === 0 ? 'landing was paused' : describeStopped(this.stopped);
  }

  hasMore(): boolean {
    return this.more && this.problem === null;
  }

  isWanted(): boolean {
    return (this.flushes > 0 || this.acceptances.length > 0) && !this.paused && this.problem === null;
  }

  state(): LandingState {
    const { topic, paused, ticks, rows, deadLetters } = this;
    return { version: 1, topic, position: this.head.position, paused, ticks, rows, deadLetters };
  }

  private status(): LandingStatus {
    const { topic, paused, ticks, rows, deadLetters, stopped } = this;
    const { position, hour, frontier, standing } = this.head;
    const problem = this.problem ?? this.unannounced;
    return { topic, paused, position, hour, frontier, epochs: standing.epochs, ticks, rows, deadLetters, stopped, problem };
  }

  private details(): string {
    const { hour, position } = this.head;
    const lines = [
      `**${this.topic}**: commit ${String(position)}, landing hour ${hour ?? 'none yet'}`,
      `${String(this.rows)} rows and ${String(this.deadLetters)} dead letters landed in ${String(this.ticks)} ticks`,
    ];
    if (this.stopped.length > 0) lines.push(`**stopped**: ${this.whyStopped()}`);
    if (this.problem !== null) lines.push(`**last tick**: ${this.problem}`);
    return lines.join('\n\n');
  }
}

/** What a segment held beside its contract; results recorded before segments told of it have nothing. */
function driftOf({ drift }: Partial<LandedSegment>): readonly Drift[] {
  return drift === undefined || Object.keys(drift.unknown).length === 0 ? [] : [drift];
}

/** Lands segments, at most `window` at once; all that were begun have ended before a failure is passed on. */
async function landSegments(plan: LandingPlan, window: number): Promise<readonly LandedSegment[]> {
  const { topic, position, hour, segments } = plan;
  const landed: LandedSegment[] = [];
  const failures: unknown[] = [];
  const waiting = [...segments];
  const lane = async () => {
    for (let segment = waiting.shift(); segment !== undefined && failures.length === 0; segment = waiting.shift()) {
      try {
        landed[segment.id] = await landing().landSegment({ topic, position, hour, segment });
      } catch (failure) {
        failures.push(failure);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(window, segments.length) }, lane));
  if (failures.length > 0) throw failures[0];
  return landed;
}
