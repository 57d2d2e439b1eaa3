import { makeCatalog } from './catalog.ts';
import type { Song } from './catalog.ts';
import { Population } from './population.ts';
import { StateMachine } from './states.ts';
import { WeightedChoice } from './weighted.ts';

/** What every listener lives in: songs to play, people to be, pages to go to. It holds no state of a simulation. */
export interface World {
  readonly songs: WeightedChoice<Song>;
  readonly population: Population;
  readonly pages: StateMachine;
}

/** The one world there is; making it again gives the same. */
export function makeWorld(): World {
  return { songs: new WeightedChoice(makeCatalog()), population: new Population(), pages: new StateMachine() };
}
