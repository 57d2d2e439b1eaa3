import { DuckDBInstance } from '@duckdb/node-api';
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listeningWeek } from '../../tests/fixtures/listening-week.ts';
import { queryFile, stageEvents } from '../../tests/fixtures/staged-events.ts';
import { copyProject, type TestProject } from './test-project.ts';
import { createDbtTransformer } from './transformer.ts';

let project: TestProject;

beforeEach(() => {
  project = copyProject(process.env.TEST_DBT_PYTHON);
});

afterEach(() => {
  project.remove();
});

function modelFile(path: string): string {
  return join(project.options.projectDir, 'models', `${path}.sql`);
}

function endedNames(lines: readonly string[]): readonly string[] {
  return lines.map((line) => line.split(':')[0] ?? '');
}

test('empty tables make empty marts, and progress is told as each node ends', async () => {
  await stageEvents(project.warehouse, {});
  const lines: string[] = [];
  const built = await createDbtTransformer(project.options).build({
    models: ['mart_top_songs', 'mart_active_users', 'mart_location_analytics'],
    runName: 'empty',
    onProgress: (line) => lines.push(line),
  });
  expect(built.models.map(({ status }) => status)).toEqual(built.models.map(() => 'success'));
  expect(built.tests.map(({ status }) => status)).toEqual(built.tests.map(() => 'pass'));
  expect(
    built.models
      .map(({ name }) => name)
      .filter((name) => name.startsWith('mart_'))
      .sort(),
  ).toEqual(['mart_active_users', 'mart_location_analytics', 'mart_top_songs']);
  expect(built.tests.find(({ name }) => name === 'popularity_score')?.model).toBe('int_song_popularity');
  expect(built.tests.find(({ name }) => name === 'plays_balance')?.model).toBe('int_daily_plays');
  expect(lines).toContainEqual(expect.stringMatching(/^mart_top_songs: success \(\d+ of \d+\)$/));
  expect(lines).toHaveLength(built.models.length + built.tests.length);
  expect(await queryFile(project.warehouse, 'select count(*) as n from marts.mart_top_songs')).toEqual([{ n: 0 }]);
}, 60_000);

test('one mart brings what it is made from and the ledger of plays, nothing else', async () => {
  await stageEvents(project.warehouse, listeningWeek);
  const built = await createDbtTransformer(project.options).build({ models: ['mart_location_analytics'], runName: 'one' });
  expect(built.models.map(({ name }) => name).sort()).toEqual([
    'int_daily_plays',
    'int_filtered_plays',
    'int_plays',
    'mart_location_analytics',
    'stg_listen_events',
  ]);
  expect(built.tests.filter(({ status }) => status !== 'pass')).toEqual([]);
  expect(built.tests.map(({ name }) => name)).toContain('plays_balance');
}, 60_000);

test('a failed model is a result; the same run goes on with it and what it blocked, then has nothing left to do', async () => {
  await stageEvents(project.warehouse, listeningWeek);
  const transformer = createDbtTransformer(project.options);
  const file = modelFile('intermediate/int_user_rhythms');
  const sound = readFileSync(file, 'utf8');
  appendFileSync(file, '\nwhere no_such_column = 1');
  const lines: string[] = [];
  const request = { models: ['mart_active_users'], runName: 'land/one hour', onProgress: (line: string) => lines.push(line) };

  const first = await transformer.build(request);
  const broken = first.models.filter(({ status }) => status !== 'success');
  expect(broken.map(({ name, status }) => [name, status])).toEqual([
    ['int_user_rhythms', 'error'],
    ['mart_active_users', 'skipped'],
  ]);
  expect(broken[0]?.message).toContain('no_such_column');

  writeFileSync(file, sound);
  lines.length = 0;
  const second = await transformer.build(request);
  expect(second.models.map(({ name }) => name).sort()).toEqual(first.models.map(({ name }) => name).sort());
  expect(second.models.filter(({ status }) => status !== 'success')).toEqual([]);
  expect(second.tests.filter(({ status }) => status !== 'pass')).toEqual([]);
  expect(second.tests).toHaveLength(first.tests.length);
  expect(endedNames(lines)).toContain('int_user_rhythms');
  expect(endedNames(lines)).not.toContain('int_users');

  lines.length = 0;
  expect(await transformer.build(request)).toEqual(second);
  expect(lines).toEqual([]);
}, 120_000);

test('a failed test is a result with the number of rows at fault', async () => {
  await stageEvents(project.warehouse, listeningWeek);
  const sql = "select * from {{ ref('mart_location_analytics') }} where city = 'All'";
  writeFileSync(join(project.options.projectDir, 'tests/no_states.sql'), sql);
  const built = await createDbtTransformer(project.options).build({ models: ['mart_location_analytics'], runName: 'test' });
  expect(built.tests.filter(({ status }) => status !== 'pass')).toEqual([
    expect.objectContaining({ name: 'no_states', model: 'mart_location_analytics', status: 'fail', failures: 2 }),
  ]);
}, 60_000);

test('a warehouse that is open elsewhere is LOCKED, and builds when it is not', async () => {
  await stageEvents(project.warehouse, {});
  const transformer = createDbtTransformer(project.options);
  const request = { models: ['mart_location_analytics'], runName: 'locked' };
  const instance = await DuckDBInstance.create(project.warehouse);
  await expect(transformer.build(request)).rejects.toMatchObject({ code: 'LOCKED', retryable: true });
  instance.closeSync();
  const built = await transformer.build(request);
  expect(built.models.filter(({ status }) => status !== 'success')).toEqual([]);
}, 60_000);

test('a model that does not exist, a selector in place of a name, and a broken project are named', async () => {
  await stageEvents(project.warehouse, {});
  const transformer = createDbtTransformer(project.options);
  await expect(transformer.build({ models: ['mart_nothing'], runName: 'a' })).rejects.toMatchObject({
    code: 'BUILD_FAILED',
    message: expect.stringContaining('mart_nothing'),
  });
  await expect(transformer.build({ models: ['tag:x'], runName: 'b' })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  appendFileSync(modelFile('marts/mart_top_songs'), "{{ ref('no_such_model') }}");
  await expect(transformer.build({ models: ['mart_top_songs'], runName: 'c' })).rejects.toMatchObject({
    code: 'BUILD_FAILED',
    message: expect.stringContaining('no_such_model'),
  });
}, 60_000);

test('a Python that is not there says how to get it', async () => {
  const transformer = createDbtTransformer({ ...project.options, python: join(project.dir, 'python') });
  await expect(transformer.build({ models: ['mart_top_songs'], runName: 'a' })).rejects.toMatchObject({
    code: 'BUILD_FAILED',
    message: expect.stringContaining('npm run tools'),
  });
});

test('models: names with what they read; parsed again only when the project changes', async () => {
  const transformer = createDbtTransformer(project.options);
  const models = await transformer.models();
  expect(models.find(({ name }) => name === 'stg_auth_events')?.dependsOn).toEqual(['staging.auth_events']);
  expect(models.find(({ name }) => name === 'int_filtered_plays')?.dependsOn).toEqual(['staging.listen_events', 'int_plays']);

  const log = join(project.options.logDir, 'dbt.log');
  rmSync(log);
  expect(await transformer.models()).toEqual(models);
  expect(existsSync(log)).toBe(false);

  writeFileSync(modelFile('marts/mart_new'), "select * from {{ ref('int_plays') }}");
  expect((await transformer.models()).find(({ name }) => name === 'mart_new')?.dependsOn).toEqual(['int_plays']);
  expect(readdirSync(project.options.targetRoot)).toEqual(['parse']);
}, 60_000);
