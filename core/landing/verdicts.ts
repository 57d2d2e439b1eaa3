import type { CheckRecord, LandedHour } from '../ports/catalog.ts';
import type { Drift } from '../ports/encoder.ts';

/** Outcome of a check without when and about what. */
export type Verdict = Pick<CheckRecord, 'status' | 'message'>;

/** Most unknown fields that a message lists. */
const NAMED = 10;

/** Fails an hour of which more than `share` (0 to 1) became dead letters; warns of the first one. */
export function judgeDeadLetters({ hour, rows, deadLetters }: LandedHour, share: number): Verdict {
  const records = rows + deadLetters;
  const found = records === 0 ? 0 : deadLetters / records;
  const message = `${String(deadLetters)} of ${String(records)} records of ${hour} are dead letters; up to ${percent(share)} may be`;
  if (found > share) return { status: 'fail', message: `${message}. See soundflow dead-letters list.` };
  return { status: deadLetters > 0 ? 'warn' : 'pass', message };
}

/** Warns of fields that records had and their contract does not know. */
export function judgeDrift(drift: readonly Drift[]): Verdict {
  const found = joinDrift(drift);
  const fields = Object.entries(found.unknown).sort(([, a], [, b]) => b - a);
  if (fields.length === 0) return { status: 'pass', message: `no unknown field in ${String(found.sampled)} records looked at` };
  const named = fields.slice(0, NAMED).map(([field, count]) => `${field} (${String(count)})`);
  const more = fields.length > NAMED ? ` and ${String(fields.length - NAMED)} more` : '';
  return {
    status: 'warn',
    message: `of ${String(found.sampled)} records looked at, some have fields that their contract does not know: ${named.join(', ')}${more}`,
  };
}

/** What several samples tell together. */
export function joinDrift(samples: readonly Drift[]): Drift {
  const unknown: Record<string, number> = {};
  for (const sample of samples) {
    for (const [field, count] of Object.entries(sample.unknown)) unknown[field] = (unknown[field] ?? 0) + count;
  }
  return { sampled: samples.reduce((sum, { sampled }) => sum + sampled, 0), unknown };
}

function percent(share: number): string {
  return `${String(Math.round(share * 10_000) / 100)}%`;
}
