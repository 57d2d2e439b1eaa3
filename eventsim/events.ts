import authEvents from '../assets/topics/auth_events.ts';
import type { AuthEvent } from '../assets/topics/auth_events.ts';
import listenEvents from '../assets/topics/listen_events.ts';
import type { ListenEvent } from '../assets/topics/listen_events.ts';
import pageViewEvents from '../assets/topics/page_view_events.ts';
import type { PageViewEvent } from '../assets/topics/page_view_events.ts';
import statusChangeEvents from '../assets/topics/status_change_events.ts';
import type { SimulatedEvent } from '../core/ports/event-sink.ts';
import type { Song } from './catalog.ts';
import type { PageView } from './page-view.ts';
import type { Profile } from './population.ts';
import type { State } from './states.ts';

/** One kind of event: its topic, the page views it is made of, and its JSON. */
interface Kind {
  readonly topic: string;
  readonly appliesTo: (view: Pick<PageView, 'state' | 'song' | 'afterLogin'>) => boolean;
  readonly write: (view: PageView) => string;
}

const KINDS: readonly Kind[] = [
  {
    topic: pageViewEvents.key,
    appliesTo: () => true,
    write: (view) =>
      `{${when(view)},${textsOf(view.state).page},${who(view)}${view.song === null ? '' : `,${songText(view.song)}`}}`,
  },
  {
    topic: listenEvents.key,
    appliesTo: (view) => view.song !== null,
    write: (view) =>
      `{${view.song === null ? '' : `${songText(view.song)},`}${when(view)},${textsOf(view.state).auth},${who(view)}}`,
  },
  {
    topic: authEvents.key,
    appliesTo: (view) => view.afterLogin,
    write: (view) => {
      const outcome: Pick<AuthEvent, 'success'> = { success: view.state.auth === 'Logged In' };
      return `{${when(view)},${textsOf(view.state).level},${who(view)},${fieldsOf(outcome)}}`;
    },
  },
  {
    topic: statusChangeEvents.key,
    appliesTo: ({ state }) => state.page === 'Submit Upgrade' || state.page === 'Submit Downgrade',
    write: (view) => `{${when(view)},${textsOf(view.state).auth},${who(view)}}`,
  },
];

/** The topics that events go to. */
export const TOPICS: readonly string[] = KINDS.map((kind) => kind.topic);

/** How many events a page view makes. */
export function eventCount(view: Pick<PageView, 'state' | 'song' | 'afterLogin'>): number {
  return KINDS.reduce((count, kind) => count + Number(kind.appliesTo(view)), 0);
}

/** The topics of the events of a page view, in the order of their sequence. */
export function topicsOf(view: PageView): readonly string[] {
  return KINDS.filter((kind) => kind.appliesTo(view)).map((kind) => kind.topic);
}

/** The key that all events of a listener share, logged in or not, so that they stay in order. */
export function keyOf(view: PageView): string {
  return String(view.listener);
}

/** Writes the events of a page view: fields in the order in which eventsim emits them, those that do not apply left out. */
export function eventsOf(view: PageView): readonly SimulatedEvent[] {
  const key = keyOf(view);
  return KINDS.filter((kind) => kind.appliesTo(view)).map(({ topic, write }, index) => {
    return { topic, key, value: write(view), timestamp: view.at, sequence: view.sequence + index };
  });
}

// The texts below are pieces of JSON. Most are written once and kept with what they tell of: events are put together
// several times as fast as by JSON.stringify.

/** The fields of an object as JSON, without the braces. */
function fieldsOf(fields: Partial<PageViewEvent & AuthEvent>): string {
  return JSON.stringify(fields).slice(1, -1);
}

function when(view: PageView): string {
  return `"ts":${String(view.at)},"sessionId":${String(view.session)}`;
}

function who(view: PageView): string {
  const texts = personTexts(view.profile);
  const text = `"itemInSession":${String(view.item)},${texts.device}`;
  const isKnown = view.state.auth === 'Logged In' || view.state.auth === 'Cancelled';
  return isKnown ? `${text},"userId":${String(view.listener)},${texts.name},"registration":${String(view.registration)}` : text;
}

interface StateTexts {
  readonly page: string;
  readonly auth: string;
  readonly level: string;
}

const stateTexts = new WeakMap<State, StateTexts>();

function textsOf(state: State): StateTexts {
  const known = stateTexts.get(state);
  if (known !== undefined) return known;
  const { page, auth, level, method, status } = state;
  const texts = {
    page: fieldsOf({ page, auth, method, status, level }),
    auth: fieldsOf({ auth, level }),
    level: fieldsOf({ level }),
  };
  stateTexts.set(state, texts);
  return texts;
}

interface PersonTexts {
  readonly device: string;
  readonly name: string;
}

const peopleTexts = new WeakMap<Profile, PersonTexts>();

function personTexts(profile: Profile): PersonTexts {
  const known = peopleTexts.get(profile);
  if (known !== undefined) return known;
  const { place, userAgent, lastName, given } = profile;
  const { city, zip, state, lon, lat } = place;
  const { firstName, gender } = given;
  const texts = {
    device: fieldsOf({ city, zip, state, userAgent, lon, lat }),
    name: fieldsOf({ lastName, firstName, gender }),
  };
  peopleTexts.set(profile, texts);
  return texts;
}

const songTexts = new WeakMap<Song, string>();

function songText(song: Song): string {
  const known = songTexts.get(song);
  if (known !== undefined) return known;
  const fields: Pick<ListenEvent, 'artist' | 'song' | 'duration'> = {
    artist: song.artist,
    song: song.song,
    duration: song.duration,
  };
  const text = fieldsOf(fields);
  songTexts.set(song, text);
  return text;
}
