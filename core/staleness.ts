/** How a partition stands: built from today's upstream, built from an older one, never built. */
export type Freshness = 'fresh' | 'stale' | 'missing';

/** Compares the version a partition was built from (null when never) with its upstream's. */
export function stalenessOf(builtFrom: string | null, upstream: string): Freshness {
  if (builtFrom === null) return 'missing';
  return builtFrom === upstream ? 'fresh' : 'stale';
}
