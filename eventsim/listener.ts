import { BEHAVIOR } from './behavior.ts';
import type { Song } from './catalog.ts';
import type { Profile } from './population.ts';
import { Random } from './random.ts';
import { nextSession } from './rhythm.ts';
import type { State } from './states.ts';
import type { Standing } from './transitions.ts';
import { WeightedChoice } from './weighted.ts';
import type { World } from './world.ts';

const YEAR = 365.25 * 86_400_000;

/** How the first listeners of a simulation stand: one in six pays, one in eleven is logged out. */
const FIRST_STANDINGS = new WeightedChoice<Standing>([
  ['Logged In/free', 100],
  ['Logged In/paid', 20],
  ['Logged Out/free', 10],
  ['Logged Out/paid', 2],
]);

/** What all listeners of a simulation have in common; `attritionRate` is the share that leaves in a year. */
export interface Setting {
  readonly world: World;
  readonly seed: number;
  readonly attritionRate: number;
}

/** One simulated person, always standing at the next page view: `at` in epoch milliseconds. Draws from a stream of its own. */
export class Listener {
  readonly id: number;
  readonly profile: Profile;
  at = 0;
  state: State;
  /** Position of the page view in its session. */
  item = 0;
  /** The song that this page view starts. */
  song: Song | null = null;
  /** Whether the page view before this one tried to log in. */
  afterLogin = false;
  /** Number of the session, null until somebody gives it one. */
  session: number | null = null;
  /** Epoch milliseconds. */
  registration = 0;
  readonly #setting: Setting;
  readonly #random: Random;
  readonly #meanThinking: number;
  readonly #meanGap: number;
  readonly #firstStanding: Standing;
  readonly #age: number;
  #songEnd = 0;

  constructor(setting: Setting, id: number) {
    const random = new Random(setting.seed, id);
    this.#setting = setting;
    this.#random = random;
    this.id = id;
    this.profile = setting.world.population.draw(random);
    this.#meanThinking = BEHAVIOR.thinkingTime * random.lognormal();
    this.#meanGap = BEHAVIOR.timeBetweenSessions * random.lognormal();
    this.#firstStanding = FIRST_STANDINGS.draw(random);
    this.#age = Math.min(random.exponential(YEAR), 5 * YEAR);
    this.state = setting.world.pages.state('Home', this.#firstStanding);
  }

  /** Takes up life some time before `start` and lives to the first page view at or after it; false when it left before that. */
  settle(start: number): boolean {
    this.registration = Math.trunc(start - BEHAVIOR.warmUp - this.#age);
    this.at = nextSession(start - BEHAVIOR.warmUp, this.#meanGap, this.#random);
    if (!this.#begin(this.#firstStanding)) return false;
    while (this.at < start) if (!this.advance()) return false;
    return true;
  }

  /** Comes for the first time at `at`, as a guest. */
  arrive(at: number): void {
    this.at = at;
    this.#begin('Guest/free');
  }

  /** Goes on to the next page view, in this session or the next; false when the listener has left for good. */
  advance(): boolean {
    const next = this.#setting.world.pages.next(this.state, this.#random);
    if (next === null) return this.#comeBack();
    this.afterLogin = this.state.page === 'Login';
    this.item += 1;
    if (next.redirects) this.at += 500 + this.#random.below(1000);
    else if (next.page === 'NextSong' && this.at < this.#songEnd) this.at = this.#songEnd + this.#random.below(1000);
    else this.at += Math.ceil(this.#random.exponential(this.#meanThinking));
    this.#enter(next);
    return true;
  }

  #comeBack(): boolean {
    const end = this.at;
    this.at = nextSession(end, this.#meanGap, this.#random);
    const staying = Math.exp((-this.#setting.attritionRate * (this.at - end)) / YEAR);
    return this.#random.uniform() < staying && this.#begin(this.state.standing);
  }

  #begin(standing: Standing): boolean {
    const first = this.#setting.world.pages.start(standing, this.#random);
    if (first === null) return false;
    this.item = 0;
    this.session = null;
    this.afterLogin = false;
    this.#songEnd = 0;
    this.#enter(first);
    return true;
  }

  #enter(state: State): void {
    this.state = state;
    this.song = null;
    if (state.page === 'Submit Registration') this.registration = this.at;
    if (state.page !== 'NextSong') return;
    this.song = this.#setting.world.songs.draw(this.#random);
    this.#songEnd = this.at + Math.ceil(this.song.duration * 1000);
  }
}
