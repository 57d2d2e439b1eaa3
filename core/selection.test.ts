import { SoundFlowError } from './errors.ts';
import type { AssetGraph } from './graph.ts';
import { nearestOf, select } from './selection.ts';

const graph: AssetGraph = {
  nodes: [
    { key: 'listens', kind: 'topic', partitioned: true, upstream: [] },
    { key: 'mart_songs', kind: 'mart', partitioned: false, upstream: ['stg_listens'] },
    { key: 'stg_listens', kind: 'staging', partitioned: true, upstream: ['listens'] },
  ],
  order: ['listens', 'stg_listens', 'mart_songs'],
};

/** Code and message of what `run` throws. */
function failureOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof SoundFlowError ? `${error.code} ${error.message}` : String(error);
  }
  return 'nothing thrown';
}

describe('select', () => {
  it('gives each key once, upstream first', () => {
    expect(select(graph, ['mart_songs', 'listens', 'mart_songs'], { descendants: false })).toEqual(['listens', 'mart_songs']);
    expect(select(graph, [], { descendants: true })).toEqual([]);
  });

  it('adds descendants when asked to', () => {
    expect(select(graph, ['stg_listens'], { descendants: true })).toEqual(['stg_listens', 'mart_songs']);
  });

  it('names every unknown key, the nearest known one, and what there is', () => {
    expect(failureOf(() => select(graph, ['stg_listen', 'listens', 'qqqq'], { descendants: true }))).toBe(
      'BAD_REQUEST No such asset: "stg_listen" (did you mean stg_listens?); "qqqq". Assets are: listens, mart_songs, stg_listens.',
    );
  });
});

it.each([
  ['mart_song', 'mart_songs'],
  ['mrat_songs', 'mart_songs'],
  ['listens', 'listens'],
  ['lisens', 'listens'],
  ['', null],
  ['zzz', null],
])('nearestOf(%j) is %j', (text, nearest) => {
  expect(nearestOf(text, graph.order)).toBe(nearest);
});
