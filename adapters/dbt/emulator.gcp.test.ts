import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseHour } from '../../core/hours.ts';
import { listeningWeek } from '../../tests/fixtures/listening-week.ts';
import { expectSameRows } from '../../tests/fixtures/same-rows.ts';
import { LANDED, simulatedDays } from '../../tests/fixtures/simulated-days.ts';
import { rowsSql, STAGING, stageEvents, type StagedEvents, type StagedRow } from '../../tests/fixtures/staged-events.ts';
import { closeBenches, openBench, type BigQueryBench } from '../bigquery/bench.ts';
import { testBigQuery } from '../contract/engines.ts';
import { copyProject, type TestProject } from './test-project.ts';
import { createDbtTransformer } from './transformer.ts';

const SCENARIO_MS = 1_800_000;
const MARTS = ['mart_top_songs', 'mart_active_users', 'mart_location_analytics'];

const WEEK = '2026-03-11T00:00:00Z';
const ONE_PLAY = '2026-03-10T00:00:00Z';

/** The only play of its day and of its landing hour, which is emptied later. */
const LONE_PLAY: StagedRow = {
  ...listeningWeek.listen_events?.[0],
  _kafka_partition: 9,
  _landed_hour: ONE_PLAY,
  ts: '2026-02-01T12:00:00Z',
  sessionId: 90,
};

/** What the last landing changes: the days of its events, and the day before each. */
const CHANGED = ['2026-03-01', '2026-03-02', '2026-03-03', '2026-03-04'];

/** What is left without a play by then. */
const GONE = ['2026-01-31', '2026-02-01'];

let bench: BigQueryBench;
const projects: TestProject[] = [];

beforeAll(async () => {
  bench = await openBench();
  for (const { table } of STAGING) await bench.warehouse.ensure(table);
});

afterAll(async () => {
  for (const project of projects) project.remove();
  await closeBenches();
});

function together(...parts: readonly StagedEvents[]): StagedEvents {
  return Object.fromEntries(STAGING.map(({ table }) => [table.name, parts.flatMap((part) => part[table.name] ?? [])]));
}

function landedBy(events: StagedEvents, hours: readonly string[]): StagedEvents {
  const isWithin = (row: StagedRow) => hours.includes(String(row._landed_hour));
  return Object.fromEntries(Object.entries(events).map(([topic, rows]) => [topic, rows.filter(isWithin)]));
}

/** Loads a landing hour of every topic through the adapter, from Parquet in the bucket. */
async function load(events: StagedEvents, landed: string, position: number): Promise<void> {
  const hour = parseHour(landed.slice(0, 13), 'test');
  for (const { table } of STAGING) {
    const rows = landedBy(events, [landed])[table.name] ?? [];
    const path = `${table.name}/${hour}-${String(position)}.parquet`;
    if (rows.length > 0) await bench.write(path, rowsSql(table, rows));
    const files = rows.length === 0 ? [] : [{ path, rows: rows.length }];
    const loaded = await bench.warehouse.replacePartition({ table, hour, files, position, run: `position-${String(position)}` });
    expect(loaded.rows).toBe(rows.length);
  }
}

/**
 * The project as it is but for what the emulator cannot run, and the analyzer checks instead: tables made with a list of
 * their columns, as contracts make them; and the script in which dbt collects the days to overwrite
 * (`array_agg(distinct … ignore nulls)`), for which `overwriteDays` names them.
 */
function projectForEmulator(): TestProject {
  const project = copyProject(process.env.TEST_DBT_PYTHON);
  projects.push(project);
  edit(project, 'dbt_project.yml', ['enforced: true', 'enforced: false']);
  const env = { GCP_PROJECT: bench.settings.project, BQ_ENDPOINT: testBigQuery().endpoint };
  const options = { ...project.options, profilesDir: resolve('adapters/dbt/test-profiles'), target: 'gcp', env };
  return { ...project, options };
}

function overwriteDays(project: TestProject, days: readonly string[]): void {
  const partitions = days.map((day) => `"date '${day}'"`).join(', ');
  const strategy = "'incremental_strategy': 'insert_overwrite',";
  edit(project, 'models/intermediate/int_plays.sql', [strategy, `${strategy} 'partitions': [${partitions}],`]);
}

function edit({ options }: TestProject, path: string, [from, to]: readonly [string, string]): void {
  const file = join(options.projectDir, path);
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(from);
  writeFileSync(file, text.replace(from, to));
}

async function build(project: TestProject, runName: string): Promise<void> {
  const { models, tests } = await createDbtTransformer(project.options).build({ models: MARTS, runName });
  expect([...models, ...tests].filter(({ status }) => status !== 'success' && status !== 'pass')).toEqual([]);
  expect(tests.length).toBeGreaterThan(60);
}

/** Expects every model of the project to hold what DuckDB makes of the same rows. */
async function expectAsDuckDb({ options }: TestProject, events: StagedEvents): Promise<void> {
  const local = copyProject(process.env.TEST_DBT_PYTHON);
  projects.push(local);
  await stageEvents(local.warehouse, events);
  await build(local, 'duckdb');
  const models = (await createDbtTransformer(options).models())
    .map(({ name }) => name)
    .filter((name) => name !== 'int_changed_days');
  expect(models).toHaveLength(15);
  for (const model of models)
    await expectSameRows(`${schemaOf(model)}.${model}`, local.warehouse, (sql) => bench.warehouse.query(sql));
}

function schemaOf(model: string): string {
  if (model.startsWith('stg_')) return 'staging';
  return model.startsWith('int_') ? 'intermediate' : 'marts';
}

async function changedDays(): Promise<readonly unknown[]> {
  const sql = 'select distinct cast(played_on as string) as day, is_gone from intermediate.int_changed_days order by day';
  return (await bench.warehouse.query(sql)).map(({ day, is_gone }) => [day, is_gone]);
}

it(
  'holds in every model on the emulator what DuckDB holds, built whole and then by the days that changed',
  async () => {
    const all = together(listeningWeek, simulatedDays(), { listen_events: [LONE_PLAY] });
    const project = projectForEmulator();
    const first = landedBy(all, [ONE_PLAY, WEEK, LANDED.firstDays]);
    for (const hour of [ONE_PLAY, WEEK, LANDED.firstDays]) await load(first, hour, 1);
    await build(project, 'whole');
    await expectAsDuckDb(project, first);

    // A day is added, two get late events, one loses its only play, and the week stays as it is but for the days they share.
    const second = landedBy(all, [WEEK, LANDED.firstDays, LANDED.lastDay]);
    await load({}, ONE_PLAY, 2);
    await load(second, LANDED.lastDay, 2);
    overwriteDays(project, CHANGED);
    await build(project, 'by day');
    expect(await changedDays()).toEqual([...GONE.map((day) => [day, true]), ...CHANGED.map((day) => [day, false])]);
    await expectAsDuckDb(project, second);

    await createDbtTransformer(project.options).build({ models: ['int_changed_days'], runName: 'nothing new' });
    expect(await changedDays()).toEqual([]);
  },
  SCENARIO_MS,
);
