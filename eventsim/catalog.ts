import type { ListenEvent } from '../assets/topics/listen_events.ts';
import { ADJECTIVES, FOREIGN, NOUNS, PLACES_SUNG, SYLLABLES, VERBS } from './data/words.ts';
import { MEN, WOMEN } from './data/names.ts';
import { Random } from './random.ts';
import type { Weighted } from './weighted.ts';

/** A song as events tell of it; duration in seconds. */
export type Song = Pick<ListenEvent, 'artist' | 'song' | 'duration'>;

const SONGS = 4000;
const ARTISTS = 800;
/** The catalogue has a seed of its own: every simulation plays the same songs. */
const SEED = 20_240_229;
const MEDIAN_SECONDS = 230;
/** Keeps the first few songs of the Zipf curve from taking a tenth of all plays each. */
const HEAD = 5;

type Words = readonly string[];

const adjectives = wordsOf(ADJECTIVES);
const nouns = wordsOf(NOUNS);
const verbs = wordsOf(VERBS);
const places = wordsOf(PLACES_SUNG);
const foreign = wordsOf(FOREIGN);
const syllables = wordsOf(SYLLABLES);
const givenNames = wordsOf(`${WOMEN},${MEN}`).map((entry) => entry.replace(/ \d+$/, ''));

/** The made-up songs with their popularity, which falls about as one over the rank. The same in every life. */
export function makeCatalog(): readonly Weighted<Song>[] {
  const random = new Random(SEED, 0);
  const artists = distinct(ARTISTS, () => artistName(random)).map((name) => ({ name, titles: new Set<string>() }));
  return Array.from({ length: SONGS }, (_, rank) => {
    const artist = pick(random, artists);
    let title = songTitle(random);
    while (artist.titles.has(title)) title = songTitle(random);
    artist.titles.add(title);
    const seconds = MEDIAN_SECONDS * Math.exp(0.3 * random.normal());
    const duration = Number(Math.min(600, Math.max(30, seconds)).toFixed(5));
    return [{ artist: artist.name, song: title, duration }, 1 / (rank + 1 + HEAD)];
  });
}

type Phrase = (random: Random) => string;

const ARTIST_NAMES: readonly Phrase[] = [
  (random) => `The ${pick(random, adjectives)} ${plural(pick(random, nouns))}`,
  (random) => `${pick(random, givenNames)} ${capital(madeUp(random))}`,
  (random) => `${pick(random, givenNames)} & The ${plural(pick(random, nouns))}`,
  (random) => capital(madeUp(random)),
  (random) => `${pick(random, adjectives)} ${pick(random, nouns)}`,
  (random) => `DJ ${capital(madeUp(random))}`,
  (random) => `${pick(random, nouns)} of ${pick(random, places)}`,
  (random) => `Los ${capital(madeUp(random))}s`,
];

const SONG_TITLES: readonly Phrase[] = [
  (random) => `${pick(random, adjectives)} ${pick(random, nouns)}`,
  (random) => `${pick(random, verbs)} in ${pick(random, places)}`,
  (random) => `${pick(random, verbs)} under the ${pick(random, nouns)}`,
  (random) => `${pick(random, nouns)} of ${plural(pick(random, nouns))}`,
  (random) => `Don't Stop ${pick(random, verbs)}`,
  (random) => `${pick(random, nouns)} (${pick(random, places)} Remix)`,
  (random) => `My ${pick(random, adjectives)} ${pick(random, nouns)}`,
  (random) => `"${pick(random, nouns)}"`,
  (random) => pick(random, foreign),
  (random) => `${pick(random, foreign)} ${String(random.below(9) + 1)}`,
  (random) => `${pick(random, givenNames)}'s ${pick(random, nouns)}`,
];

function artistName(random: Random): string {
  return pick(random, ARTIST_NAMES)(random);
}

function songTitle(random: Random): string {
  return pick(random, SONG_TITLES)(random);
}

function madeUp(random: Random): string {
  return Array.from({ length: 2 + random.below(2) }, () => pick(random, syllables)).join('');
}

function distinct(count: number, make: () => string): readonly string[] {
  const made = new Set<string>();
  while (made.size < count) made.add(make());
  return [...made];
}

function pick<T>(random: Random, from: readonly T[]): T {
  const picked = from[random.below(from.length)];
  if (picked === undefined) throw new RangeError('nothing to pick from');
  return picked;
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

function plural(noun: string): string {
  return /(s|sh|x)$/i.test(noun) ? `${noun}es` : noun.replace(/([^aeo])y$/, '$1ie') + 's';
}

function wordsOf(text: string): Words {
  return text.split(',').map((word) => word.trim());
}
