import { PAGES, SESSION_STARTS, TRANSITIONS, type Edge, type Page, type Standing } from './transitions.ts';

const rows = Object.entries(TRANSITIONS).flatMap(([standing, pages]) =>
  Object.entries(pages).map(([page, edges]): readonly [string, readonly Edge[]] => [`${standing}/${page}`, edges]),
);

describe('transition table', () => {
  it('has the 40 states, 198 transitions and 25 starts of the model', () => {
    expect(rows.length).toBe(40);
    expect(rows.flatMap(([, edges]) => edges).length).toBe(198);
    expect(Object.values(SESSION_STARTS).flat().length).toBe(25);
  });

  it.each(rows)('%s goes to pages that exist, with probabilities of at most 1 in all', (state, edges) => {
    const [auth = '', level = ''] = state.split('/');
    const known = new Set(rows.map(([name]) => name));
    for (const [page, probability, changed] of edges) {
      expect(known).toContain(`${changed ?? `${auth}/${level}`}/${page}`);
      expect(probability).toBeGreaterThan(0);
    }
    expect(edges.reduce((sum, [, probability]) => sum + probability, 0)).toBeLessThanOrEqual(1 + 1e-9);
  });

  it('changes the standing only where a page does that', () => {
    const changing = rows.flatMap(([state, edges]) =>
      edges.filter(([, , changed]) => changed !== undefined).map(() => state.split('/')[2]),
    );
    expect(new Set(changing)).toEqual(
      new Set(['Login', 'Logout', 'Cancel', 'Register', 'Submit Registration', 'Submit Upgrade', 'Submit Downgrade']),
    );
  });

  it.each([
    ['Logged In/free', { all: '2.72', NextSong: '2.00', 'Submit Upgrade': '0.0075', Login: '0.031', Cancel: '0.00012' }],
    ['Logged In/paid', { all: '29.64', NextSong: '26.96', 'Submit Downgrade': '0.0031', Login: '0.109', Cancel: '0.00086' }],
    ['Logged Out/free', { all: '4.03', NextSong: '1.16', 'Submit Upgrade': '0.0060', Login: '0.858', Cancel: '0.00013' }],
    ['Logged Out/paid', { all: '16.67', NextSong: '13.36', 'Submit Downgrade': '0.0016', Login: '0.648', Cancel: '0.00047' }],
    [
      'Guest/free',
      {
        all: '3.06',
        NextSong: '0.53',
        'Submit Upgrade': '0.0027',
        Login: '0.010',
        Cancel: '0.00006',
        'Submit Registration': '0.342',
      },
    ],
  ] as const)('makes the sessions of %s as long as the model', (standing, wanted) => {
    const visits = expectedVisits(standing);
    const decimals = (text: string): number => text.length - text.indexOf('.') - 1;
    const found = Object.entries(wanted).map(([page, text]) => [page, (visits.get(page) ?? 0).toFixed(decimals(text))]);
    expect(Object.fromEntries(found)).toEqual(wanted);
  });

  it('redirects with PUT', () => {
    for (const [method, status] of Object.values(PAGES)) if (status === 307) expect(method).toBe('PUT');
  });
});

/** How often a session that starts in this standing comes to each page, and to any: the sums of the Markov chain. */
function expectedVisits(standing: Standing): ReadonlyMap<string, number> {
  const starts = SESSION_STARTS[standing] ?? [];
  const total = starts.reduce((sum, [, weight]) => sum + weight, 0);
  let present = new Map<ChainState, number>(starts.map(([page, weight]) => [stateOf(standing, page), weight / total]));
  const visits = new Map<string, number>([['all', 0]]);
  for (let step = 0; step < 3000; step += 1) {
    const next = new Map<ChainState, number>();
    for (const [state, probability] of present) {
      visits.set(state.page, (visits.get(state.page) ?? 0) + probability);
      visits.set('all', (visits.get('all') ?? 0) + probability);
      for (const [page, p, changed] of TRANSITIONS[state.standing][state.page] ?? []) {
        const to = stateOf(changed ?? state.standing, page);
        next.set(to, (next.get(to) ?? 0) + probability * p);
      }
    }
    present = next;
  }
  return visits;
}

interface ChainState {
  readonly standing: Standing;
  readonly page: Page;
}

const chainStates = new Map<string, ChainState>();

function stateOf(standing: Standing, page: Page): ChainState {
  const key = `${standing}/${page}`;
  const state = chainStates.get(key) ?? { standing, page };
  chainStates.set(key, state);
  return state;
}
