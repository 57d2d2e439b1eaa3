import { setTimeout as wait } from 'node:timers/promises';

/** How failed requests are repeated; all in milliseconds. */
export interface Patience {
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
  /** No attempt begins later than this after the first. */
  readonly totalMs: number;
}

/**
 * Truncated exponential backoff with jitter, as Google documents it for Cloud Storage. The total stays below the timeout
 * of the shortest activity, whose own retries go on from there.
 */
export const PATIENCE: Patience = { firstDelayMs: 500, longestDelayMs: 8_000, totalMs: 15_000 };

/** Repeats `attempt` while what it throws will pass, and gives up with the last failure. */
export async function patiently<T>(
  { firstDelayMs, longestDelayMs, totalMs }: Patience,
  attempt: () => Promise<T>,
  willPass: (failure: unknown) => boolean,
): Promise<T> {
  const end = performance.now() + totalMs;
  for (let delay = firstDelayMs; ; delay = Math.min(delay * 2, longestDelayMs)) {
    try {
      return await attempt();
    } catch (failure) {
      const pause = delay * (0.5 + Math.random());
      if (!willPass(failure) || performance.now() + pause > end) throw failure;
      await wait(pause);
    }
  }
}
