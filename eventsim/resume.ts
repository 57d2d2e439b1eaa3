import type { SinkPosition } from '../core/ports/event-sink.ts';
import { markOf, parseMark } from './mark.ts';
import type { Simulation } from './simulation.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** An older simulation is not lived through again; a new one takes over from it. */
const OLDEST_MS = 7 * DAY_MS;
/** How much the very first life sends at once, so that there is something to see. */
const FIRST_SPAN_MS = HOUR_MS;
const SESSIONS_SINCE = Date.parse('2020-01-01T00:00:00Z');

/** What a live generator wants to send, what an earlier one left, and when it is. Instants in epoch milliseconds. */
export interface Situation {
  readonly wanted: Pick<Simulation, 'seed' | 'listeners' | 'growthRate' | 'attritionRate'>;
  readonly layout: string;
  readonly positions: readonly SinkPosition[];
  readonly now: number;
  readonly catchUpMs: number;
}

/** How a live generator goes on. */
export interface Resumption {
  readonly simulation: Simulation;
  /** Simulated time at this moment: the clock, or the newest event where an earlier life ran ahead of it. */
  readonly at: number;
  /** Events before this that were never sent are passed over. */
  readonly since: number;
  /** What was decided, in words. */
  readonly decision: string;
}

/**
 * Goes on with the newest simulation if it is the wanted one and younger than seven days, else begins a new one right
 * after the newest event, but not more than `catchUpMs` ago. Sessions are never numbered twice.
 */
export function resume(situation: Situation): Resumption {
  const { positions, now, catchUpMs } = situation;
  if (positions.length === 0) return begin(situation, { start: now - FIRST_SPAN_MS, why: 'first start' });
  const newest = Math.max(...positions.map((position) => position.timestamp));
  const at = Math.max(now, newest);
  const latest = latestSimulation(positions);
  const start = Math.max(newest + 1, at - catchUpMs);
  if (latest === null) return begin(situation, { start, why: 'the newest events are of an unknown simulation' });
  const { simulation, layout, sessionsEnd } = latest;
  if (layout !== situation.layout) return begin(situation, { start, sessionsEnd, why: 'keys fall on other partitions now' });
  if (!isWanted(simulation, situation.wanted))
    return begin(situation, { start, sessionsEnd, why: 'it is to be another simulation' });
  if (at - simulation.start > OLDEST_MS)
    return begin(situation, { start, sessionsEnd, why: 'the last simulation began over 7 days ago' });
  const decision = `goes on with the simulation of ${textOf(simulation.start)} after its event of ${textOf(newest)}`;
  return { simulation, at, since: at - catchUpMs, decision };
}

interface Beginning {
  readonly start: number;
  readonly why: string;
  readonly sessionsEnd?: number;
}

function begin({ wanted, now }: Situation, { start, why, sessionsEnd = 0 }: Beginning): Resumption {
  const firstSession = Math.max(1, start - SESSIONS_SINCE, sessionsEnd);
  const simulation = { ...wanted, start, end: Infinity, firstSession };
  return { simulation, at: Math.max(now, start), since: start, decision: `new simulation from ${textOf(start)}: ${why}` };
}

function isWanted(simulation: Simulation, wanted: Situation['wanted']): boolean {
  const { start, firstSession } = simulation;
  return markOf(simulation, '') === markOf({ ...wanted, start, firstSession, end: Infinity }, '');
}

interface Latest {
  readonly simulation: Simulation;
  readonly layout: string;
  /** No session of it has this number or a greater one: it made at most as many sessions as events. */
  readonly sessionsEnd: number;
}

function latestSimulation(positions: readonly SinkPosition[]): Latest | null {
  let latest: Latest | null = null;
  for (const { simulation: mark, sequence } of positions) {
    const parsed = parseMark(mark);
    if (parsed === null) continue;
    const sessionsEnd = parsed.simulation.firstSession + sequence + 1;
    const isLater = latest === null || parsed.simulation.start > latest.simulation.start;
    if (isLater || (parsed.simulation.start === latest?.simulation.start && sessionsEnd > latest.sessionsEnd)) {
      latest = { ...parsed, sessionsEnd };
    }
  }
  return latest;
}

function textOf(ms: number): string {
  return new Date(ms).toISOString();
}
