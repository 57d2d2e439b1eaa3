import type { Song } from './catalog.ts';
import type { Profile } from './population.ts';
import type { State } from './states.ts';

/** One page view of one listener, which becomes one to three events numbered from `sequence` on; instants in epoch milliseconds. */
export interface PageView {
  readonly at: number;
  readonly sequence: number;
  readonly listener: number;
  readonly profile: Profile;
  readonly registration: number;
  readonly session: number;
  readonly item: number;
  readonly state: State;
  /** The song that starts. */
  readonly song: Song | null;
  /** Whether the page view before it tried to log in. */
  readonly afterLogin: boolean;
}
