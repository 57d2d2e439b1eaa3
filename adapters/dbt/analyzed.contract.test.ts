import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { STAGING } from '../../tests/fixtures/staged-events.ts';
import { analyzeProject, landedTables, unsound, type AnalyzedProject } from './test-analyzed-project.ts';
import { copyProject, type TestProject } from './test-project.ts';
import { startSqlAnalyzer, type SqlAnalyzer } from './test-sql-analyzer.ts';

const BUILD_MS = 300_000;
const MARTS = ['mart_active_users', 'mart_location_analytics', 'mart_top_songs'];

const Manifest = z.object({
  nodes: z.record(
    z.string(),
    z.object({
      name: z.string(),
      config: z.object({ contract: z.object({ enforced: z.boolean() }).optional() }),
      columns: z.record(z.string(), z.object({ name: z.string(), data_type: z.string().nullable() })),
    }),
  ),
});

let analyzer: SqlAnalyzer;
let project: TestProject;
let analyzed: AnalyzedProject;

beforeAll(async () => {
  analyzer = startSqlAnalyzer(process.env.TEST_SQL_ANALYZER);
  project = copyProject(process.env.TEST_DBT_PYTHON);
  const tables = landedTables(STAGING.map(({ table }) => table));
  analyzed = await analyzeProject(project, analyzer, tables);
  const built = await analyzed.transformer.build({ models: MARTS, runName: 'first' });
  expect(unsound(built)).toEqual([]);
  expect(built.models).toHaveLength(16);
  expect(built.tests.length).toBeGreaterThan(60);
}, BUILD_MS);

afterAll(async () => {
  await analyzed.service.close();
  analyzer.close();
  project.remove();
});

const queriesOf = (node: string) => analyzed.service.queries.filter(({ labels }) => labels.node === node);
const created = (node: string) => queriesOf(node).find(({ sql }) => sql.includes('create or replace table'))?.sql;

test('what a build asks of BigQuery is sound, and makes the columns that contracts declare', () => {
  const text = readFileSync(join(project.options.targetRoot, 'runs/first/1/manifest.json'), 'utf8');
  const models = Object.values(Manifest.parse(JSON.parse(text)).nodes).filter(({ config }) => config.contract?.enforced === true);
  expect(models.map(({ name }) => name).sort()).toEqual(MARTS);
  for (const { name, columns } of models) {
    const declared = Object.values(columns).map((column) => ({ name: column.name, type: column.data_type?.toUpperCase() }));
    expect(analyzed.service.tables.get(`marts.${name}`)).toEqual(declared);
  }
});

test('every query is labelled with who asks, and bounded in bytes', () => {
  const odd = analyzed.service.queries.filter(
    ({ labels, maximumBytesBilled }) =>
      labels.app !== 'soundflow' || labels.step !== 'dbt' || maximumBytesBilled !== '10737418240',
  );
  expect(odd).toEqual([]);
  expect(queriesOf('mart_top_songs')).not.toEqual([]);
});

test('facts are partitioned by day, and tables clustered by what they are asked by', () => {
  expect(created('int_plays')).toMatch(/partition by played_on\s+cluster by user_id, session_id/);
  expect(created('int_daily_plays')).toMatch(/partition by played_on\s+cluster by user_id, song_id/);
  expect(created('mart_active_users')).toMatch(/cluster by state, user_id/);
  expect(created('mart_active_users')).toContain("labels=[('app', 'soundflow')]");
});
