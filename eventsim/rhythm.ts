import { BEHAVIOR } from './behavior.ts';
import type { Random } from './random.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Bends time to the rhythm of the day (UTC): as many instants come out per hour as are wanted there, fewest at 03:00, most at 15:00. */
export function warp(at: number): number {
  const phase = (((at % DAY) - 3 * HOUR) * 2 * Math.PI) / DAY;
  return at + Math.trunc(BEHAVIOR.dayDamping * DAY * Math.sin(phase));
}

/** The share of sessions that do not begin at this instant because it is a weekend or a holiday, from 0 to 1. */
export function weekendDamping(at: number): number {
  const { weekendOffset: offset, weekendRamp: ramp, weekendDamping: most } = BEHAVIOR;
  const day = [at, at + offset, at - offset].map((near) => Math.floor(near / DAY)).find(isOffDay);
  if (day === undefined) return 0;
  let first = day;
  while (isOffDay(first - 1)) first -= 1;
  let last = day;
  while (isOffDay(last + 1)) last += 1;
  const begun = (at - (first * DAY - offset)) / ramp;
  const left = ((last + 1) * DAY + offset - at) / ramp;
  return most * Math.max(0, Math.min(1, begun, left));
}

/** When the session after one that ended at `end` begins. */
export function nextSession(end: number, meanGap: number, random: Random): number {
  let from = end;
  for (;;) {
    const begin = warp(from + BEHAVIOR.sessionGap + Math.trunc(random.exponential(meanGap)));
    if (begin < from) from += BEHAVIOR.sessionGap;
    else if (random.uniform() >= weekendDamping(begin)) return begin;
    else from = begin;
  }
}

/** True for Saturdays, Sundays and the federal holidays of the United States; `day` counts from 1970-01-01. */
export function isOffDay(day: number): boolean {
  const weekday = (day + 4) % 7;
  if (weekday === 0 || weekday === 6) return true;
  const date = new Date(day * DAY);
  const month = date.getUTCMonth() + 1;
  const dayOfMonth = date.getUTCDate();
  const week = Math.ceil(dayOfMonth / 7);
  if (FIXED_HOLIDAYS.has(`${String(month)}-${String(dayOfMonth)}`)) return true;
  if (weekday === 4) return month === 11 && week === 4;
  if (weekday !== 1) return false;
  return MONDAY_HOLIDAYS.has(`${String(month)}-${String(week)}`) || (month === 5 && dayOfMonth > 24);
}

/** New Year, Juneteenth, Independence, Veterans and Christmas, by month and day. */
const FIXED_HOLIDAYS: ReadonlySet<string> = new Set(['1-1', '6-19', '7-4', '11-11', '12-25']);

/** King, Presidents, Labor and Columbus, by month and week. */
const MONDAY_HOLIDAYS: ReadonlySet<string> = new Set(['1-3', '2-3', '9-1', '10-2']);
