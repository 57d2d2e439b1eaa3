import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { TopicAsset } from '../core/assets.ts';
import type { SimulatedEvent } from '../core/ports/event-sink.ts';
import authEvents from '../assets/topics/auth_events.ts';
import listenEvents from '../assets/topics/listen_events.ts';
import pageViewEvents from '../assets/topics/page_view_events.ts';
import statusChangeEvents from '../assets/topics/status_change_events.ts';
import { TOPICS } from './events.ts';
import { EVENTS_VERSION } from './mark.ts';
import { pageViews, simulate, type Simulation } from './simulation.ts';

const DAY = 86_400_000;
const START = Date.parse('2026-03-02T00:00:00Z');
const CONTRACTS: ReadonlyMap<string, TopicAsset> = new Map(
  [authEvents, listenEvents, pageViewEvents, statusChangeEvents].map((asset) => [asset.key, asset]),
);

const base: Simulation = {
  seed: 1,
  listeners: 300,
  start: START,
  end: START + 3 * DAY,
  growthRate: 40,
  attritionRate: 2,
  firstSession: 1,
};

function eventsOf(changes: Partial<Simulation> = {}): readonly SimulatedEvent[] {
  return [...simulate({ ...base, ...changes })];
}

function digest(events: readonly SimulatedEvent[]): string {
  const hash = createHash('sha256');
  for (const event of events) hash.update(`${JSON.stringify(event)}\n`);
  return hash.digest('hex');
}

const simulations = fc.record({
  seed: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
  listeners: fc.integer({ min: 1, max: 150 }),
  start: fc.integer({ min: START, max: START + 300 * DAY }),
  growthRate: fc.constantFrom(0, 2, 100),
  attritionRate: fc.constantFrom(0, 0.2, 50),
});

const everyEvent = eventsOf();

describe('simulation', () => {
  it('gives the same events for the same seed, and others for another', () => {
    expect(digest(eventsOf())).toBe(digest(everyEvent));
    expect(digest(eventsOf({ seed: 2 }))).not.toBe(digest(everyEvent));
  });

  // Whoever changes this digest has to raise EVENTS_VERSION: a restart lives the simulation through again.
  it('gives the events that are known by heart', () => {
    expect([EVENTS_VERSION, digest(everyEvent)]).toEqual([
      'v1',
      '02b7169015c52a71cc72d59bb41e7adfac1ce0fba4e799b33a0b07228592b22c',
    ]);
  });

  it('makes events in order of time, numbered from 0 without gaps, inside its range', () => {
    fc.assert(
      fc.property(simulations, (made) => {
        const events = eventsOf({ ...made, end: made.start + DAY });
        expect(events.every((event, index) => event.sequence === index)).toBe(true);
        expect(events.every((event, index) => event.timestamp >= (events[index - 1]?.timestamp ?? made.start))).toBe(true);
        expect(events.every((event) => event.timestamp < made.start + DAY)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it('makes events that fit their contract, fields in its order and absent rather than null', () => {
    fc.assert(
      fc.property(simulations, (made) => {
        for (const event of eventsOf({ ...made, end: made.start + DAY })) expect(faultOf(event)).toBeNull();
      }),
      { numRuns: 20 },
    );
  });

  it('names the listener when logged in or just cancelled, and only then', () => {
    const personal = ['userId', 'lastName', 'firstName', 'gender', 'registration'];
    for (const view of rowsOf('page_view_events')) {
      const isKnown = view.auth === 'Logged In' || view.auth === 'Cancelled';
      expect(personal.filter((field) => field in view)).toEqual(isKnown ? personal : []);
      expect('song' in view).toBe(view.page === 'NextSong');
      if (isKnown) expect(Number(view.registration)).toBeLessThanOrEqual(Number(view.ts));
    }
  });

  it('keeps a listener in one partition: the key is the same logged in or not', () => {
    const keys = new Map<unknown, Set<string>>();
    for (const event of everyEvent) {
      const { sessionId } = parse(event);
      keys.set(sessionId, (keys.get(sessionId) ?? new Set()).add(event.key));
    }
    expect([...keys.values()].every((ofSession) => ofSession.size === 1)).toBe(true);
    for (const event of everyEvent) {
      const { userId } = parse(event);
      if (typeof userId === 'number') expect(String(userId)).toBe(event.key);
    }
  });

  it('has every session and item once in each topic', () => {
    for (const topic of TOPICS) {
      const items = rowsOf(topic).map(({ sessionId, itemInSession }) => `${String(sessionId)}/${String(itemInSession)}`);
      expect(items.length).toBeGreaterThan(0);
      expect(new Set(items).size).toBe(items.length);
    }
  });

  it('makes a listen of every NextSong and a status change of every submitted up- or downgrade, with the level before it', () => {
    const views = rowsOf('page_view_events');
    expect(rowsOf('listen_events').length).toBe(views.filter(({ page }) => page === 'NextSong').length);
    const changes = views.filter(({ page }) => page === 'Submit Upgrade' || page === 'Submit Downgrade');
    expect(rowsOf('status_change_events').map(({ level }) => level)).toEqual(changes.map(({ level }) => level));
    expect(changes.every(({ page, level }) => level === (page === 'Submit Upgrade' ? 'free' : 'paid'))).toBe(true);
  });

  it('tells of every login once, by the event after it', () => {
    const pages = new Map([...pageViews(base)].map((view) => [placeOf(view.session, view.item), view.state]));
    const wanted = [...pageViews(base)]
      .filter(({ session, item }) => pages.get(placeOf(session, item - 1))?.page === 'Login')
      .map(({ session, item, state }) => [placeOf(session, item), state.auth === 'Logged In']);
    const told = rowsOf('auth_events')
      .filter(({ sessionId, itemInSession }) => pages.has(placeOf(Number(sessionId), Number(itemInSession) - 1)))
      .map(({ sessionId, itemInSession, success }) => [placeOf(Number(sessionId), Number(itemInSession)), success]);
    expect(told).toEqual(wanted);
    expect(told.filter(([, success]) => success === false).length).toBeGreaterThan(0);
    expect(told.filter(([, success]) => success === true).length).toBeGreaterThan(20);
  });

  it('starts no song before the last one is over', () => {
    const ends = new Map<number, number>();
    for (const { session, at, song } of pageViews(base)) {
      if (song === null) continue;
      expect(at).toBeGreaterThanOrEqual(ends.get(session) ?? 0);
      ends.set(session, at + song.duration * 1000);
    }
    expect(ends.size).toBeGreaterThan(100);
  });

  it('lets nobody change what another does', () => {
    const alone = { growthRate: 0, attritionRate: 0 };
    const ofFirst = (events: readonly SimulatedEvent[]): readonly unknown[] =>
      events.filter(({ key }) => Number(key) <= 20).map((event) => ({ ...parse(event), sessionId: 0, topic: event.topic }));
    expect(ofFirst(eventsOf({ ...alone, listeners: 20 }))).toEqual(ofFirst(eventsOf({ ...alone, listeners: 100 })));
  });
});

function placeOf(session: number, item: number): string {
  return `${String(session)}/${String(item)}`;
}

function parse(event: SimulatedEvent): Readonly<Record<string, unknown>> {
  const decoded = CONTRACTS.get(event.topic)?.contract.decode(Buffer.from(event.value));
  if (decoded?.ok !== true) throw new Error(`${event.topic} does not fit: ${event.value}`);
  return decoded.row;
}

function rowsOf(topic: string): readonly Readonly<Record<string, unknown>>[] {
  return everyEvent.filter((event) => event.topic === topic).map(parse);
}

/** What is wrong with an event, null when nothing is. */
function faultOf(event: SimulatedEvent): string | null {
  const contract = CONTRACTS.get(event.topic)?.contract;
  const decoded = contract?.decode(Buffer.from(event.value));
  if (contract === undefined || decoded?.ok !== true) return `does not fit: ${event.value}`;
  const raw: unknown = JSON.parse(event.value);
  const fields = Object.keys(typeof raw === 'object' && raw !== null ? raw : {});
  const order = contract.columns.map(({ name }) => name).filter((name) => fields.includes(name));
  if (fields.join() !== order.join()) return `fields ${fields.join()}`;
  if (event.value.includes(':null')) return `null in ${event.value}`;
  return decoded.row.ts === event.timestamp ? null : `ts of ${event.value}`;
}
