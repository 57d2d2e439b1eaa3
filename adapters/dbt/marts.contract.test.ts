import { listeningWeek } from '../../tests/fixtures/listening-week.ts';
import { queryFile, stageEvents } from '../../tests/fixtures/staged-events.ts';
import { copyProject, type TestProject } from './test-project.ts';
import { createDbtTransformer } from './transformer.ts';

const MARTS = ['mart_top_songs', 'mart_active_users', 'mart_location_analytics'];
let project: TestProject;

beforeAll(async () => {
  project = copyProject(process.env.TEST_DBT_PYTHON);
  await stageEvents(project.warehouse, listeningWeek);
  const built = await createDbtTransformer(project.options).build({ models: MARTS, runName: 'week' });
  expect(built.models.filter(({ status }) => status !== 'success')).toEqual([]);
  expect(built.tests.filter(({ status }) => status !== 'pass')).toEqual([]);
  expect(built.tests.length).toBeGreaterThan(60);
}, 120_000);

afterAll(() => {
  project.remove();
});

const rows = (sql: string) => queryFile(project.warehouse, sql);

test('landed plays are those of the daily facts and those filtered with a reason', async () => {
  expect(await rows('select count(*) as plays from staging.listen_events')).toEqual([{ plays: 8 }]);
  expect(await rows('select sum(plays)::bigint as plays from intermediate.int_daily_plays')).toEqual([{ plays: 4 }]);
  expect(await rows('select reason, plays from intermediate.int_filtered_plays order by reason')).toEqual([
    { reason: 'duplicate', plays: 1 },
    { reason: 'no_duration', plays: 1 },
    { reason: 'no_listener', plays: 1 },
    { reason: 'no_song', plays: 1 },
  ]);
});

test('a record that landed twice stands once, and the same offset of another partition is another record', async () => {
  const sql = 'select event_id from staging.stg_listen_events where user_id = 1 order by event_at';
  expect(await rows(sql)).toEqual([
    { event_id: 'listen_events/0/0/1' },
    { event_id: 'listen_events/0/0/2' },
    { event_id: 'listen_events/0/1/1' },
  ]);
});

test('failed logins are kept without a listener', async () => {
  const sql = 'select is_success, user_id from staging.stg_auth_events order by event_at';
  expect(await rows(sql)).toEqual([
    { is_success: false, user_id: null },
    { is_success: true, user_id: 1 },
  ]);
});

test('a change leads to the other level', async () => {
  const sql = 'select user_id, previous_level, new_level from staging.stg_status_change_events order by user_id';
  expect(await rows(sql)).toEqual([
    { user_id: 1, previous_level: 'free', new_level: 'paid' },
    { user_id: 2, previous_level: 'paid', new_level: 'free' },
  ]);
});

test('songs: A was played 3 times by 2 listeners in 3 sessions', async () => {
  const sql = `select popularity_rank, song, artist, popularity_score, total_plays, unique_listeners, unique_sessions, paid_plays,
    paid_ratio_pct, days_with_plays, peak_time_of_day, as_of::varchar as as_of from marts.mart_top_songs order by 1`;
  const as_of = '2026-03-10 20:00:00+00';
  const a = { song: 'A', artist: 'X', total_plays: 3, unique_listeners: 2, unique_sessions: 3, paid_plays: 2 };
  const b = { song: 'B', artist: 'Y', total_plays: 1, unique_listeners: 1, unique_sessions: 1, paid_plays: 0 };
  // Of two songs one leads in demand (0.6) and listeners (0.3); both are heard to the end by all.
  expect(await rows(sql)).toEqual([
    {
      popularity_rank: 1,
      ...a,
      popularity_score: 90,
      paid_ratio_pct: 66.67,
      days_with_plays: 3,
      peak_time_of_day: 'Morning',
      as_of,
    },
    { popularity_rank: 2, ...b, popularity_score: 0, paid_ratio_pct: 0, days_with_plays: 1, peak_time_of_day: 'Morning', as_of },
  ]);
});

test('demand halves in seven days', async () => {
  const [a, b] = await rows(`select p.demand from intermediate.int_song_popularity p join marts.mart_top_songs s using (song_id)
    order by s.popularity_rank`);
  expect(a).toEqual({ demand: expect.closeTo(1 + 0.5 ** (9 / 7) + 0.5 ** (8 / 7), 5) });
  expect(b).toEqual({ demand: expect.closeTo(0.5 ** (9 / 7), 5) });
});

test('users: level after the latest event, stage and segment', async () => {
  const sql = `select user_id, full_name, current_level, location, lifecycle_stage, engagement_segment, total_plays, total_sessions,
    logins, upgrades, downgrades from marts.mart_active_users order by user_id`;
  const none = { logins: 0, upgrades: 0, downgrades: 0 };
  expect(await rows(sql)).toEqual([
    {
      ...{ user_id: 1, full_name: 'Ann Lee', current_level: 'paid', location: 'Tulsa, OK', lifecycle_stage: 'active' },
      ...{ engagement_segment: 'power', total_plays: 3, total_sessions: 2, ...none, logins: 1, upgrades: 1 },
    },
    {
      ...{ user_id: 2, full_name: 'Bob Ray', current_level: 'free', location: 'Reno, NV', lifecycle_stage: 'active' },
      ...{ engagement_segment: 'regular', total_plays: 1, total_sessions: 2, ...none, downgrades: 1 },
    },
    {
      ...{ user_id: 3, full_name: 'Cat', current_level: 'free', location: 'Reno, NV', lifecycle_stage: 'churned' },
      ...{ engagement_segment: 'none', total_plays: 0, total_sessions: 1, ...none },
    },
  ]);
});

test('places: every play stands once in each level of geography', async () => {
  const sql = `select geo_level, location_rank, location, iso_code, total_plays, unique_users, paid_users, paid_play_pct,
    plays_per_user, latitude from marts.mart_location_analytics order by 1, 2`;
  const tulsa = {
    iso_code: 'US-OK',
    total_plays: 3,
    unique_users: 1,
    paid_users: 1,
    paid_play_pct: 33.33,
    plays_per_user: 3,
    latitude: 36.15,
  };
  const reno = {
    iso_code: 'US-NV',
    total_plays: 1,
    unique_users: 1,
    paid_users: 1,
    paid_play_pct: 100,
    plays_per_user: 1,
    latitude: 39.53,
  };
  expect(await rows(sql)).toEqual([
    { geo_level: 'city', location_rank: 1, location: 'Tulsa, OK', ...tulsa },
    { geo_level: 'city', location_rank: 2, location: 'Reno, NV', ...reno },
    { geo_level: 'state', location_rank: 1, location: 'OK', ...tulsa },
    { geo_level: 'state', location_rank: 2, location: 'NV', ...reno },
  ]);
});

test('building the same events again gives the same marts', async () => {
  const contents = () =>
    Promise.all(MARTS.map((mart) => rows(`select md5(string_agg(m::varchar, '' order by m::varchar)) from marts.${mart} m`)));
  const before = await contents();
  await createDbtTransformer(project.options).build({ models: MARTS, runName: 'week again' });
  expect(await contents()).toEqual(before);
}, 60_000);
