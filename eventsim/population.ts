import type { PageViewEvent } from '../assets/topics/page_view_events.ts';
import { SoundFlowError } from '../core/errors.ts';
import { FAMILY_NAMES, MEN, WOMEN } from './data/names.ts';
import { PLACES } from './data/places.ts';
import { USER_AGENTS } from './data/user-agents.ts';
import type { Random } from './random.ts';
import { WeightedChoice } from './weighted.ts';
import type { Weighted } from './weighted.ts';

/** Where a listener is, for good. */
export type Place = Pick<PageViewEvent, 'city' | 'zip' | 'state' | 'lon' | 'lat'>;

/** What a listener is called. */
export interface GivenName {
  readonly firstName: string;
  readonly gender: 'F' | 'M';
}

/** What makes a listener recognizable; drawn once. */
export interface Profile {
  readonly lastName: string;
  readonly given: GivenName;
  readonly place: Place;
  readonly userAgent: string;
}

/** Whom listeners are drawn from. */
export class Population {
  readonly #familyNames = new WeightedChoice(weightedNames(FAMILY_NAMES));
  readonly #givenNames = new WeightedChoice<GivenName>([...given(WOMEN, 'F'), ...given(MEN, 'M')]);
  readonly #places = new WeightedChoice(lines(PLACES).map(parsePlace));
  readonly #userAgents = new WeightedChoice(lines(USER_AGENTS).map(parseUserAgent));

  /** Draws name, place and device, each by how common it is. */
  draw(random: Random): Profile {
    return {
      lastName: this.#familyNames.draw(random),
      given: this.#givenNames.draw(random),
      place: this.#places.draw(random),
      userAgent: this.#userAgents.draw(random),
    };
  }
}

/** Reads `Name 12, Other 7`. */
function weightedNames(text: string): readonly Weighted<string>[] {
  return text.split(',').map((entry) => {
    const [, name, weight] = /^\s*(.+) (\d+)\s*$/.exec(entry) ?? [];
    if (name === undefined)
      throw new SoundFlowError('BAD_REQUEST', `eventsim/data/names.ts: cannot read ${JSON.stringify(entry)}. Write "Name 12".`);
    return [name, Number(weight)];
  });
}

/** Women and men come up equally often, whatever their names' weights add up to. */
function given(names: string, gender: GivenName['gender']): readonly Weighted<GivenName>[] {
  const weighted = weightedNames(names);
  const total = weighted.reduce((sum, [, weight]) => sum + weight, 0);
  return weighted.map(([firstName, weight]) => [{ firstName, gender }, weight / total]);
}

function lines(text: string): readonly string[] {
  return text.trim().split('\n');
}

function parsePlace(line: string): Weighted<Place> {
  const [city, state, zip, lat, lon, thousands] = line.split('|');
  if (city === undefined || state === undefined || zip === undefined || thousands === undefined) {
    throw new SoundFlowError(
      'BAD_REQUEST',
      `eventsim/data/places.ts: cannot read ${JSON.stringify(line)}. Write city|state|zip|lat|lon|thousands.`,
    );
  }
  return [{ city, zip, state, lon: Number(lon), lat: Number(lat) }, Number(thousands)];
}

function parseUserAgent(line: string): Weighted<string> {
  const [share, userAgent] = line.split('|');
  if (userAgent === undefined)
    throw new SoundFlowError(
      'BAD_REQUEST',
      `eventsim/data/user-agents.ts: cannot read ${JSON.stringify(line)}. Write share|agent.`,
    );
  return [userAgent, Number(share)];
}
