import type { ListenEvent } from '../assets/topics/listen_events.ts';
import { makeCatalog, type Song } from '../eventsim/catalog.ts';
import { FAMILY_NAMES, MEN, WOMEN } from '../eventsim/data/names.ts';
import { PLACES } from '../eventsim/data/places.ts';
import { USER_AGENTS } from '../eventsim/data/user-agents.ts';
import { Random } from '../eventsim/random.ts';

/** A value to send, and whether its contract will refuse it. */
export interface BenchEvent {
  readonly value: string;
  readonly bad: boolean;
}

/** What to make: the same options give the same events. `badShare` from 0 to 1. */
export interface EventOptions {
  readonly seed: number;
  readonly badShare: number;
}

/** A listener, and what events say of them before and after the position in the session, as JSON. */
interface Listener {
  readonly before: string;
  readonly after: string;
  items: number;
}

const LISTENERS = 20_000;
const FIRST_INSTANT = Date.UTC(2026, 10, 1);
const TWO_YEARS_MS = 2 * 365 * 86_400_000;

/** An endless run of listen events as eventsim sends them, put together from ready pieces of JSON: five million are wanted soon. */
export function* listenEvents({ seed, badShare }: EventOptions): Generator<BenchEvent, never> {
  const random = new Random(seed, 0);
  const songs = makeCatalog().map(([song]) => insideOf(song));
  const listeners = Array.from({ length: LISTENERS }, (_, index) => listenerOf(random, index));
  for (let ts = FIRST_INSTANT; ; ts += random.below(3)) {
    const listener = pick(random, listeners);
    listener.items += 1;
    const song = at(songs, Math.floor(songs.length * random.uniform() ** 2));
    const value = `{${song},"ts":${String(ts)},${listener.before},"itemInSession":${String(listener.items)},${listener.after}}`;
    const bad = random.uniform() < badShare;
    yield { value: bad ? spoil(random, value) : value, bad };
  }
}

const places = PLACES.trim().split('\n');
const userAgents = USER_AGENTS.trim().split('\n');
const familyNames = namesOf(FAMILY_NAMES);
const givenNames = { F: namesOf(WOMEN), M: namesOf(MEN) };

function listenerOf(random: Random, index: number): Listener {
  const [city = '', state = '', zip = '', lat, lon] = pick(random, places).split('|');
  const gender = random.uniform() < 0.5 ? 'F' : 'M';
  const before: Pick<ListenEvent, 'sessionId' | 'auth' | 'level'> = {
    sessionId: index * 7 + 1,
    auth: 'Logged In',
    level: random.uniform() < 0.3 ? 'paid' : 'free',
  };
  const after: Omit<ListenEvent, keyof Song | keyof typeof before | 'ts' | 'itemInSession'> = {
    city,
    zip,
    state,
    userAgent: pick(random, userAgents).replace(/^\d+\|/, ''),
    lon: near(random, Number(lon)),
    lat: near(random, Number(lat)),
    userId: index + 1,
    lastName: pick(random, familyNames),
    firstName: pick(random, givenNames[gender]),
    gender,
    registration: FIRST_INSTANT - random.below(TWO_YEARS_MS),
    ...(random.uniform() < 0.1 ? { tag: 'control' } : {}),
  };
  return { before: insideOf(before), after: insideOf(after), items: 0 };
}

/** Three ways in which producers go wrong: cut off, of another type, without a field. */
function spoil(random: Random, value: string): string {
  switch (random.below(3)) {
    case 0:
      return value.slice(0, 40 + random.below(200));
    case 1:
      return value.replace(/"duration":[\d.]+/, '"duration":"long"');
    default:
      return value.replace('"sessionId"', '"session"');
  }
}

/** The JSON of an object without its braces. */
function insideOf(object: object): string {
  return JSON.stringify(object).slice(1, -1);
}

function near(random: Random, degrees: number): number {
  return Number((degrees + random.uniform() / 10).toFixed(6));
}

function pick<T>(random: Random, from: readonly T[]): T {
  return at(from, random.below(from.length));
}

function at<T>(from: readonly T[], index: number): T {
  const found = from[index];
  if (found === undefined) throw new RangeError(`nothing at ${String(index)} of ${String(from.length)}`);
  return found;
}

function namesOf(text: string): readonly string[] {
  return text.split(',').map((entry) => entry.trim().replace(/ \d+$/, ''));
}
