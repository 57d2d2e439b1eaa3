import { SoundFlowError } from './errors.ts';

/** One UTC hour as `YYYY-MM-DDTHH`, the only partition key there is; sorts as text in time order. */
export type Hour = string & { readonly __hour: never };

const HOUR_MS = 3_600_000;
const PATTERN = /^\d{4}-\d{2}-\d{2}T\d{2}$/;

/** True for a well-formed hour that exists in the calendar. */
export function isHour(text: string): text is Hour {
  if (!PATTERN.test(text)) return false;
  const ms = Date.parse(`${text}:00:00.000Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().slice(0, 13) === text;
}

/** Parses an hour key. @throws SoundFlowError BAD_REQUEST naming `place`, the value and an example. */
export function parseHour(text: string, place: string): Hour {
  if (isHour(text)) return text;
  throw new SoundFlowError(
    'BAD_REQUEST',
    `${place}: ${JSON.stringify(text)} is not a UTC hour. Write it as YYYY-MM-DDTHH, for example 2026-11-20T00.`,
  );
}

/** The UTC hour that holds the instant `ms` (epoch milliseconds). */
export function hourOf(ms: number): Hour {
  return parseHour(new Date(ms).toISOString().slice(0, 13), 'hourOf');
}

/** Epoch milliseconds at which `hour` begins. */
export function startOf(hour: Hour): number {
  return Date.parse(`${hour}:00:00.000Z`);
}

/** The hour `count` hours after `hour` (before it when negative). */
export function addHours(hour: Hour, count: number): Hour {
  return hourOf(startOf(hour) + count * HOUR_MS);
}

/** The later of two hours. */
export function laterHour(a: Hour, b: Hour): Hour {
  return a >= b ? a : b;
}

/** Hours of `[from, to)`, ascending. */
export function hoursBetween(from: Hour, to: Hour): readonly Hour[] {
  const count = Math.max(0, (startOf(to) - startOf(from)) / HOUR_MS);
  return Array.from({ length: count }, (_, index) => addHours(from, index));
}

/** The lake's folder of an hour, `YYYY/MM/DD/HH`. */
export function folderOf(hour: Hour): string {
  return hour.replace(/[-T]/g, '/');
}
