import type { Frontier } from '../core/landing/commit.ts';
import type { LandingDeps } from './deps.ts';

/** The end of every partition of a topic that holds anything: what a flush must reach. */
export function createReadEnds({ eventLog }: LandingDeps) {
  return async (input: { readonly topic: string }): Promise<Frontier> => {
    const offsets = await eventLog.offsets(input.topic);
    return Object.fromEntries(offsets.filter((part) => part.end > part.start).map((part) => [String(part.partition), part.end]));
  };
}
