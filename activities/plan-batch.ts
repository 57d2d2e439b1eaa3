import type { Head } from '../core/landing/commit.ts';
import { compareWithBroker, doubtfulOffsets, type Findings, type StoppedPartition } from '../core/landing/life.ts';
import { lossesOf } from '../core/landing/loss.ts';
import { planBatch, planCreate, planLoss, type LandingPlan, type PlanStart } from '../core/landing/plan.ts';
import { EMPTY_LOG, headOf } from '../core/landing/rules.ts';
import type { OffsetRange, PartitionOffsets } from '../core/ports/event-log.ts';
import type { LandingDeps } from './deps.ts';
import { lastSameHistory } from './last-same-history.ts';

/** What a tick starts from: the newest position the workflow knows, workflow time, and the ranges an operator gives up. */
export interface Tick {
  readonly topic: string;
  readonly cached: number;
  readonly now: number;
  readonly accept?: readonly OffsetRange[] | undefined;
}

/** A plan with the head of the log it starts from, and the settings the workflow goes by until the next. */
export interface PlannedBatch {
  readonly plan: LandingPlan;
  readonly head: Head;
  readonly tickMs: number;
  readonly window: number;
  /** Why the accepted ranges cannot be given up, null when they are or none were. */
  readonly refused: string | null;
}

/** Reads the head of the topic's log, from `cached` upward, and what the broker holds, and plans what is new. */
export function createPlanBatch(deps: LandingDeps) {
  const { commits, eventLog, landing } = deps;
  return async ({ topic, cached, now, accept = [] }: Tick): Promise<PlannedBatch> => {
    const newest = await commits.newest(topic, Math.max(0, cached));
    const head = newest === null ? EMPTY_LOG : headOf(newest);
    const offsets = await eventLog.offsets(topic);
    const outcome = { head, tickMs: landing.tickMs, window: landing.window, refused: null };
    const identity = await eventLog.identify(topic, doubtfulOffsets(head, offsets));
    const start: PlanStart = { topic, head, topicId: identity.id, now };
    if (head.position < 0) return { ...outcome, plan: planCreate(start, offsets) };
    const findings = compareWithBroker(head, offsets, identity);
    const stopped = await everyStop(deps, { topic, head, offsets }, findings);
    const found = { fresh: findings.fresh, stopped };
    const batch = () => planBatch(start, found, landing.caps);
    if (accept.length === 0) return { ...outcome, plan: batch() };
    const accepted = lossesOf(accept, stopped, head.standing);
    if ('why' in accepted) return { ...outcome, plan: batch(), refused: accepted.why };
    return { ...outcome, plan: planLoss(start, accepted.losses, stopped) };
  };
}

interface Seen {
  readonly topic: string;
  readonly head: Head;
  readonly offsets: readonly PartitionOffsets[];
}

async function everyStop(deps: LandingDeps, { topic, head, offsets }: Seen, findings: Findings) {
  const rewound: StoppedPartition[] = [];
  for (const partition of findings.rewound) {
    const held = offsets.find((one) => one.partition === partition) ?? { partition, start: 0, end: 0 };
    const to = head.frontier[String(partition)] ?? 0;
    const from = await lastSameHistory(deps, { topic, held, position: head.position });
    rewound.push({ partition, from: Math.min(from, to - 1), to, reason: 'rewound' });
  }
  return [...findings.stopped, ...rewound].sort((a, b) => a.partition - b.partition);
}
