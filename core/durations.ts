import { SoundFlowError } from './errors.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const UNITS = [
  { names: /^(d|days?)$/, short: 'd', ms: DAY },
  { names: /^(h|hours?)$/, short: 'h', ms: HOUR },
  { names: /^(min|minutes?)$/, short: 'min', ms: MINUTE },
  { names: /^(s|seconds?)$/, short: 's', ms: SECOND },
  { names: /^(ms|milliseconds?)$/, short: 'ms', ms: 1 },
] as const;

/**
 * Milliseconds of a text such as `2 minutes`, `90 seconds`, `1 hour`, `7 days`, `500 ms`; always above 0.
 * @throws SoundFlowError BAD_SETTING naming `setting`, the value and an example.
 */
export function parseDuration(text: string, setting: string): number {
  const [, count = '', name = ''] = /^(\d+) ?([a-z]+)$/.exec(text.trim().toLowerCase()) ?? [];
  const unit = UNITS.find(({ names }) => names.test(name));
  const ms = unit === undefined ? 0 : Number(count) * unit.ms;
  if (ms > 0 && Number.isSafeInteger(ms)) return ms;
  throw new SoundFlowError(
    'BAD_SETTING',
    `${setting}: ${JSON.stringify(text)} is not a duration. Write a whole number above 0 and a unit ` +
      '(ms, seconds, minutes, hours or days), for example 2 minutes.',
  );
}

/** A duration in its two largest units that are not zero, rounded down: `3 h 10 min`, `2 h`, `45 s`; a negative one has a minus. */
export function formatDuration(ms: number): string {
  if (ms < 0) return `-${formatDuration(-ms)}`;
  const parts: string[] = [];
  let rest = ms;
  for (const unit of UNITS) {
    const count = Math.floor(rest / unit.ms);
    rest -= count * unit.ms;
    if (count > 0) parts.push(`${count.toString()} ${unit.short}`);
  }
  return parts.length === 0 ? '0 s' : parts.slice(0, 2).join(' ');
}
