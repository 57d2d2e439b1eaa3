import type { EventSink } from '../core/ports/event-sink.ts';
import { TOPICS } from './events.ts';
import type { Simulation } from './simulation.ts';

/**
 * Raise this whenever the same simulation would no longer give the same events, so that nobody resumes one that
 * other code began. A test knows the events of one simulation by heart.
 */
export const EVENTS_VERSION = 'v1';

const KEYS_TRIED = 64;
const PATTERN =
  /^(?<version>v\d+);seed=(?<seed>\d+);listeners=(?<listeners>\d+);start=(?<start>\d+);end=(?<end>\d+|Infinity);growth=(?<growth>[\d.e-]+);attrition=(?<attrition>[\d.e-]+);session=(?<session>\d+);keys=(?<keys>\w+)$/;

/** The text that travels with each event and names its simulation in full; `layout` is how keys fall on partitions. */
export function markOf(simulation: Simulation, layout: string): string {
  const { seed, listeners, start, end, growthRate, attritionRate, firstSession } = simulation;
  const listed = {
    seed,
    listeners,
    start,
    end,
    growth: growthRate,
    attrition: attritionRate,
    session: firstSession,
    keys: layout,
  };
  const fields = Object.entries(listed).map(([name, value]) => `${name}=${String(value)}`);
  return [EVENTS_VERSION, ...fields].join(';');
}

/** Reads a mark back; null when it is none, or none of this version. */
export function parseMark(mark: string): { readonly simulation: Simulation; readonly layout: string } | null {
  const fields = PATTERN.exec(mark)?.groups;
  if (fields?.version !== EVENTS_VERSION) return null;
  const number = (name: string): number => Number(fields[name]);
  const simulation = {
    seed: number('seed'),
    listeners: number('listeners'),
    start: number('start'),
    end: number('end'),
    growthRate: number('growth'),
    attritionRate: number('attrition'),
    firstSession: number('session'),
  };
  return { simulation, layout: fields.keys ?? '' };
}

/** A fingerprint of how keys fall on partitions; another one after partitions were added. */
export function layoutOf(sink: Pick<EventSink, 'partitionOf'>): string {
  let hash = 0;
  for (const topic of TOPICS) {
    for (let key = 1; key <= KEYS_TRIED; key += 1) hash = (Math.imul(hash, 31) + sink.partitionOf(topic, String(key)) + 1) | 0;
  }
  return (hash >>> 0).toString(16);
}
