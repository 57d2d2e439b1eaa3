import type { Frontier } from '../core/landing/commit.ts';
import type { LandingDeps } from './deps.ts';
import { foldLog } from './fold-log.ts';

/** Shows what a commit landed: in the catalogue, and as the consumer group's offsets on the broker. Losing it loses nothing. */
export function createAnnounceBatch({ commits, catalog, eventLog, landing }: LandingDeps) {
  return async (input: { readonly topic: string; readonly position: number; readonly frontier: Frontier }): Promise<void> => {
    await foldLog({ commits, catalog }, input.topic, input.position);
    await eventLog.announce(landing.group, input.topic, input.frontier);
  };
}
