import fc from 'fast-check';
import type { Asset, MartAsset, StagingAsset, TopicAsset } from './assets.ts';
import { SoundFlowError } from './errors.ts';
import { ancestorsOf, descendantsOf, graphOf, renderGraph } from './graph.ts';

function topic(key: string): TopicAsset {
  const contract = { columns: [], rules: null, decode: () => ({ ok: true, row: {} }) as const };
  return { kind: 'topic', key, description: '', contract };
}

function staging(key: string, of: TopicAsset): StagingAsset {
  return { kind: 'staging', key, description: '', topic: of, table: { schema: 'staging', name: of.key, columns: [] } };
}

function mart(key: string, upstream: readonly StagingAsset[]): MartAsset {
  return { kind: 'mart', key, description: '', upstream };
}

const listens = topic('listens');
const logins = topic('logins');
const stgListens = staging('stg_listens', listens);
const stgLogins = staging('stg_logins', logins);
const songs = mart('mart_songs', [stgListens]);
const users = mart('mart_users', [stgLogins, stgListens]);
const assets: readonly Asset[] = [users, songs, stgLogins, stgListens, logins, listens];

/** Code and message of what `run` throws. */
function failureOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof SoundFlowError ? `${error.code} ${error.message}` : String(error);
  }
  return 'nothing thrown';
}

describe('graphOf', () => {
  it('is plain data: nodes by key, upstream by key, an order in which everything follows its upstream', () => {
    const graph = graphOf(assets);
    expect(JSON.parse(JSON.stringify(graph))).toEqual(graph);
    expect(graph.nodes.map(({ key }) => key)).toEqual([
      'listens',
      'logins',
      'mart_songs',
      'mart_users',
      'stg_listens',
      'stg_logins',
    ]);
    expect(graph.nodes[3]).toEqual({
      key: 'mart_users',
      kind: 'mart',
      partitioned: false,
      upstream: ['stg_listens', 'stg_logins'],
    });
    expect(graph.nodes[4]).toMatchObject({ kind: 'staging', partitioned: true });
    expect(graph.order).toEqual(['listens', 'logins', 'stg_listens', 'mart_songs', 'stg_logins', 'mart_users']);
  });

  it('is the same whatever order the assets come in', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...assets], { minLength: assets.length }), (shuffled) => {
        expect(graphOf(shuffled)).toEqual(graphOf(assets));
      }),
    );
  });

  it.each(['', 'Songs', '1st', 'top-songs', '_x', 'ä'])('refuses the key %j', (key) => {
    expect(failureOf(() => graphOf([topic(key)]))).toMatch(/^BAD_ASSET .*a key is lower-case letters/);
  });

  it('refuses a key that is taken', () => {
    expect(failureOf(() => graphOf([topic('plays'), topic('plays')]))).toMatch(
      /^BAD_ASSET .*Asset plays: two assets have this key/,
    );
  });

  it('refuses an upstream that is not one of the assets, even under a known key', () => {
    expect(failureOf(() => graphOf([stgListens]))).toMatch(/^BAD_ASSET .*Asset stg_listens: its upstream "listens" is not one/);
    expect(failureOf(() => graphOf([stgListens, topic('listens')]))).toMatch(/^BAD_ASSET .*its upstream "listens"/);
  });

  it('names the cycle, without what merely hangs below it', () => {
    const root = topic('a_root');
    const below = staging('b_below', root);
    const far = mart('aa_far', [below]);
    Object.assign(root, { kind: 'mart', upstream: [below] });
    expect(failureOf(() => graphOf([root, below, far]))).toMatch(
      /^BAD_ASSET .*Assets made from each other: (a_root <- b_below <- a_root|b_below <- a_root <- b_below)\./,
    );
  });
});

describe('descendantsOf and ancestorsOf', () => {
  const graph = graphOf(assets);

  it('go all the way, include the keys themselves, and keep the order', () => {
    expect(descendantsOf(graph, ['listens'])).toEqual(['listens', 'stg_listens', 'mart_songs', 'mart_users']);
    expect(ancestorsOf(graph, ['mart_users'])).toEqual(['listens', 'logins', 'stg_listens', 'stg_logins', 'mart_users']);
    expect(descendantsOf(graph, ['mart_songs', 'nothing'])).toEqual(['mart_songs']);
    expect(ancestorsOf(graph, [])).toEqual([]);
  });

  it('are each other’s inverse', () => {
    const key = fc.constantFrom(...graph.order);
    fc.assert(
      fc.property(key, key, (above, below) => {
        expect(descendantsOf(graph, [above]).includes(below)).toBe(ancestorsOf(graph, [below]).includes(above));
      }),
    );
  });
});

it('renderGraph prints one line an asset', () => {
  expect(renderGraph(graphOf([songs, stgListens, listens]))).toBe(
    'listens <-\nmart_songs <- stg_listens\nstg_listens <- listens\n',
  );
});
