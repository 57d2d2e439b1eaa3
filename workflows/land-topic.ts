import {
  allHandlersFinished,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  defineUpdate,
  isCancellation,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Head } from '../core/landing/commit.ts';
import type { LandedSegment, LandingPlan, StoppedPartition } from '../core/landing/plan.ts';
import { reached } from '../core/landing/rules.ts';
import { untilNextTick, type FlushAnswer, type LandingState, type LandingStatus } from '../core/landing/status.ts';
import { reasonOf } from './failures.ts';
import { cheap, landing } from './steps.ts';

export const pause = defineSignal('pause');
export const resume = defineSignal('resume');
export const flush = defineUpdate<FlushAnswer>('flush');
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
  private stopped: readonly StoppedPartition[] = [];
  private problem: string | null = null;

  constructor(start: LandingState) {
    this.topic = start.topic;
    this.paused = start.paused;
    this.head = { position: start.position, hour: null, frontier: {} };
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
    const planned = await cheap().planBatch({ topic: this.topic, cached: this.head.position, now: Date.now() });
    const { plan } = planned;
    this.tickMs = planned.tickMs;
    this.head = planned.head;
    this.stopped = plan.stopped;
    this.more = plan.more;
    if (plan.kind === 'idle') return;
    const landed = await landSegments(plan, planned.window);
    const committed = await cheap().commitBatch({ plan, landed });
    this.head = committed.head;
    if (committed.outcome === 'superseded') {
      this.more = true;
      return;
    }
    this.rows += committed.rows;
    this.deadLetters += committed.deadLetters;
    await this.announce();
  }

  private async announce(): Promise<void> {
    const { position, frontier } = this.head;
    await cheap().announceBatch({ topic: this.topic, position, frontier });
  }

  private async flush(): Promise<FlushAnswer> {
    if (this.paused) return { landed: false, why: `landing of ${this.topic} is paused; send the signal resume first` };
    const target = await cheap().readEnds({ topic: this.topic });
    const askedAt = this.ticks;
    this.flushes += 1;
    try {
      await condition(() => reached(this.head.frontier, target) || this.paused || this.gaveUpSince(askedAt));
    } finally {
      this.flushes -= 1;
    }
    if (reached(this.head.frontier, target)) return { landed: true, position: this.head.position };
    return { landed: false, why: this.problem ?? this.whyStopped() };
  }

  private gaveUpSince(askedAt: number): boolean {
    return this.ticks > askedAt + 1 && (this.problem !== null || (this.stopped.length > 0 && !this.more));
  }

  private whyStopped(): string {
    const stopped = this.stopped.map(
      (it) => `partition ${String(it.partition)} lost [${String(it.from)}, ${String(it.to)}) by ${it.reason}`,
    );
    return stopped.length === 0 ? 'landing was paused' : stopped.join('; ');
  }

  hasMore(): boolean {
    return this.more && this.problem === null;
  }

  isWanted(): boolean {
    return this.flushes > 0 && !this.paused && this.problem === null;
  }

  state(): LandingState {
    const { topic, paused, ticks, rows, deadLetters } = this;
    return { version: 1, topic, position: this.head.position, paused, ticks, rows, deadLetters };
  }

  private status(): LandingStatus {
    const { topic, paused, ticks, rows, deadLetters, stopped, problem } = this;
    return { topic, paused, ...this.head, ticks, rows, deadLetters, stopped, problem };
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
