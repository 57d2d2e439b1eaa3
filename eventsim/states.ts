import type { PageViewEvent } from '../assets/topics/page_view_events.ts';
import { SoundFlowError } from '../core/errors.ts';
import type { Random } from './random.ts';
import { PAGES, SESSION_STARTS, STANDINGS, TRANSITIONS } from './transitions.ts';
import type { Page, Standing } from './transitions.ts';
import { WeightedChoice } from './weighted.ts';

/** A page as a listener of some standing sees it. */
export interface State {
  readonly page: Page;
  readonly standing: Standing;
  readonly auth: PageViewEvent['auth'];
  readonly level: PageViewEvent['level'];
  readonly method: PageViewEvent['method'];
  readonly status: number;
  readonly redirects: boolean;
  readonly ways: readonly Way[];
}

/** A way on from a state, taken when a uniform draw is below `upTo` and not below the `upTo` of the way before. */
export interface Way {
  readonly upTo: number;
  readonly to: State;
}

/** The transition table as a machine: each state holds the states after it. */
export class StateMachine {
  readonly #states = new Map<string, State>();
  readonly #starts = new Map<Standing, WeightedChoice<State> | null>();

  /** The one state of this page and standing. @throws SoundFlowError BAD_REQUEST when the table does not know it. */
  state(page: Page, standing: Standing): State {
    const key = `${standing}/${page}`;
    const known = this.#states.get(key);
    if (known !== undefined) return known;
    const edges = TRANSITIONS[standing][page];
    if (edges === undefined)
      throw new SoundFlowError('BAD_REQUEST', `transition table: no page ${page} for ${standing}. Add its row.`);
    const [auth, level] = STANDINGS[standing];
    const [method, status] = PAGES[page];
    const ways: Way[] = [];
    const state = { page, standing, auth, level, method, status, redirects: status >= 300 && status < 399, ways };
    this.#states.set(key, state);
    let upTo = 0;
    for (const [next, probability, changed] of edges) {
      upTo += probability;
      ways.push({ upTo, to: this.state(next, changed ?? standing) });
    }
    return state;
  }

  /** Draws the state after this one; null ends the session. */
  next(state: State, random: Random): State | null {
    const drawn = random.uniform();
    for (const way of state.ways) if (drawn < way.upTo) return way.to;
    return null;
  }

  /** Draws the first state of a session; null when a listener of this standing never comes back. */
  start(standing: Standing, random: Random): State | null {
    let starts = this.#starts.get(standing);
    if (starts === undefined) {
      const weighted = SESSION_STARTS[standing]?.map(([page, weight]) => [this.state(page, standing), weight] as const);
      starts = weighted === undefined ? null : new WeightedChoice(weighted);
      this.#starts.set(standing, starts);
    }
    return starts?.draw(random) ?? null;
  }
}
