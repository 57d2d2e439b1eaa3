import type { LandedHour } from './ports/catalog.ts';

/** What the warehouse holds of one landing hour: rows loaded, and rows left of them after de-duplication. */
export interface WarehouseHour {
  readonly loaded: number;
  readonly staged: number;
}

/**
 * Events unaccounted for in one landing hour: offsets read against rows, dead letters, lost and empty offsets; rows
 * against rows loaded; rows loaded against rows staged. Zero when the hour balances.
 */
export function differenceOf(landed: LandedHour, held: WarehouseHour): number {
  const { consumed, redeemed, rows, deadLetters, lost, empty } = landed;
  const unread = Math.abs(consumed + redeemed - rows - deadLetters - lost - empty);
  return unread + Math.abs(rows - held.loaded) + Math.abs(held.loaded - held.staged);
}
