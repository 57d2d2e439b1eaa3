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

let world: World | null = null;

/** The one world there is, made when it is first asked for; the same in every life. */
export function theWorld(): World {
  world ??= { songs: new WeightedChoice(makeCatalog()), population: new Population(), pages: new StateMachine() };
  return world;
}
