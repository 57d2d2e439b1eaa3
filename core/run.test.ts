import { addHours, parseHour } from './hours.ts';
import { borneOut, planScheduled, staleHours } from './run-plan.ts';
import { ancestry, tally, unblocked, type StepResult } from './run.ts';

const hour = (text: string) => parseHour(text, 'test');
const graph = {
  nodes: [
    { key: 'plays', kind: 'topic', partitioned: true, upstream: [] },
    { key: 'logins', kind: 'topic', partitioned: true, upstream: [] },
    { key: 'stg_plays', kind: 'staging', partitioned: true, upstream: ['plays'] },
    { key: 'stg_logins', kind: 'staging', partitioned: true, upstream: ['logins'] },
    { key: 'mart_songs', kind: 'mart', partitioned: false, upstream: ['stg_plays'] },
    { key: 'mart_users', kind: 'mart', partitioned: false, upstream: ['stg_plays', 'stg_logins'] },
  ],
  order: ['logins', 'plays', 'stg_logins', 'stg_plays', 'mart_songs', 'mart_users'],
} as const;
const counts = { consumed: 1, redeemed: 0, rows: 1, deadLetters: 0, lost: 0, empty: 0, bytes: 1 };
const landed = (at: string, position: number) => ({ topic: 'plays', hour: hour(at), position, ...counts });
const loaded = (at: string, version: string) => ({
  asset: 'stg_plays',
  partition: hour(at),
  version,
  rows: 1,
  bytes: 0,
  run: 'r',
  at: 1,
});
const state = {
  graph,
  positions: { plays: 9, logins: 3 },
  landed: [landed('2026-11-20T01', 4), landed('2026-11-20T02', 7), landed('2026-11-20T03', 9)],
  materialized: [loaded('2026-11-20T01', '4'), loaded('2026-11-20T02', '5')],
  ledger: [],
};

describe('planning a run', () => {
  it('loads hours that were never loaded or have changed since, and the hour that is due', () => {
    expect(staleHours(state, 'stg_plays', 'plays')).toEqual(['2026-11-20T02', '2026-11-20T03']);
    const [loads = [], builds = []] = planScheduled(state, hour('2026-11-20T01')).waves;
    expect(
      loads.map((step) => (step.verb === 'load' ? `${step.asset} ${step.hour} ${step.version}@${String(step.position)}` : '')),
    ).toEqual([
      'stg_plays 2026-11-20T01 4@9',
      'stg_plays 2026-11-20T02 7@9',
      'stg_plays 2026-11-20T03 9@9',
      'stg_logins 2026-11-20T01 -1@3',
    ]);
    expect(builds).toEqual([{ verb: 'build', assets: ['mart_songs', 'mart_users'] }]);
  });

  it.each([
    ['that the book knows as they are', [{ position: 4, rows: 1 }], true],
    ['loaded again since, from a later position', [{ position: 9, rows: 1 }], true],
    ['that the book does not know', [], false],
    ['of a warehouse restored from an older copy', [{ position: 3, rows: 1 }], false],
    ['of other rows', [{ position: 4, rows: 0 }], false],
  ] as const)('takes hours %s for loaded: %p', (_, book, isLoaded) => {
    const first = hour('2026-11-20T01');
    const loads = [...book.map((load) => ({ ...load, hour: first })), { hour: hour('2026-11-20T02'), position: 7, rows: 1 }];
    const kept = borneOut([loaded('2026-11-20T01', '4')], loads);
    expect(kept).toHaveLength(isLoaded ? 1 : 0);
    const stale = staleHours({ ...state, landed: [landed('2026-11-20T01', 4)], materialized: kept }, 'stg_plays', 'plays');
    expect(stale).toEqual(isLoaded ? [] : [first]);
  });

  it('leaves what is too much for one plan to the next run, the hour that is due first', () => {
    const due = hour('2026-11-20T00');
    const many = Array.from({ length: 1_500 }, (_, index) => landed(addHours(due, -1 - index), index));
    const [loads = []] = planScheduled({ ...state, landed: many, materialized: [] }, due).waves;
    expect(loads).toHaveLength(1_000);
    expect(loads.slice(0, 2).map((step) => step.verb === 'load' && step.hour)).toEqual([due, due]);
    expect(JSON.stringify(loads).length).toBeLessThan(512 * 1024);
  });

  it('loads an hour again that the ledger could not balance', () => {
    const entry = { ...landed('2026-11-20T01', 4), loaded: 0, staged: 0, difference: 1, run: 'r', at: 1 };
    expect(staleHours({ ...state, ledger: [entry] }, 'stg_plays', 'plays')).toContain('2026-11-20T01');
  });

  it('blocks only what depends on a failed step', () => {
    const failed: StepResult = {
      step: { verb: 'load', asset: 'stg_logins', topic: 'logins', hour: hour('2026-11-20T01'), position: 3, version: '3' },
      outcome: 'failed',
      message: 'no',
    };
    const wave = [{ verb: 'build', assets: ['mart_songs', 'mart_users'] }] as const;
    const { go, skipped } = unblocked(wave, [failed], ancestry(graph, ['mart_songs', 'mart_users']));
    expect(go).toEqual([{ verb: 'build', assets: ['mart_songs'] }]);
    expect(skipped).toMatchObject([{ step: { assets: ['mart_users'] }, outcome: 'skipped' }]);
    expect(tally([failed, ...skipped])).toBe('0 done, 1 failed, 1 skipped');
  });
});
