/** First and last millisecond that every store of ours can hold as an instant: the years 1 to 9999. */
const FIRST_INSTANT_MS = -62_135_596_800_000;
export const LAST_INSTANT_MS = 253_402_300_799_999;

/** Epoch milliseconds as ISO 8601 with microseconds, as a ColumnRange has it. */
export function isoMicros(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z');
}

/** The instant nearest to `ms` that every store can hold. A producer may send any 64 bits as the time of a record. */
export function nearestInstant(ms: number): number {
  return Math.min(Math.max(ms, FIRST_INSTANT_MS), LAST_INSTANT_MS);
}
