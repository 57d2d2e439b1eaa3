import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { STAGING } from '../../tests/fixtures/staged-events.ts';
import { analyzeProject, landedTables, unsound } from './test-analyzed-project.ts';
import { copyProject, type TestProject } from './test-project.ts';
import { startSqlAnalyzer, type SqlAnalyzer } from './test-sql-analyzer.ts';

const BUILD_MS = 600_000;
let analyzer: SqlAnalyzer;
let project: TestProject;

beforeAll(() => {
  analyzer = startSqlAnalyzer(process.env.TEST_SQL_ANALYZER);
});

afterAll(() => {
  analyzer.close();
});

beforeEach(() => {
  project = copyProject(process.env.TEST_DBT_PYTHON);
});

afterEach(() => {
  project.remove();
});

const landed = () => landedTables(STAGING.map(({ table }) => table));

function mistake(path: string, [from, to]: readonly [string, string]): void {
  const file = join(project.options.projectDir, 'models', path);
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(from);
  writeFileSync(file, text.replace(from, to));
}

test(
  'a second build overwrites the days that changed, and reads the landing hours of those days only',
  async () => {
    const { service, transformer } = await analyzeProject(project, analyzer, landed());
    await transformer.build({ models: ['int_plays'], runName: 'first' });
    const before = service.queries.length;
    expect(unsound(await transformer.build({ models: ['int_plays'], runName: 'second' }))).toEqual([]);
    const asked = service.queries.slice(before).filter(({ labels }) => labels.node === 'int_plays');
    const kinds = asked.map(({ analysis }) => analysis.statements.map(({ kind }) => kind).join(' '));
    expect(kinds).toEqual(expect.arrayContaining(['Delete', 'CreateTableAsSelect', 'Declare Set Merge Drop']));
    // The service answers every question with one row of zeros: the one day and the one hour there are.
    const build = asked.find(({ sql }) => sql.includes('row_number'))?.sql;
    expect(build).toContain("_landed_hour in (timestamp '1970-01-01 00:00:00+00:00')");
    expect(build).toContain("played_on in (date '1970-01-01')");
    await service.close();
  },
  BUILD_MS,
);

test(
  'a column that no table has, and a type that breaks a contract, fail their models and name the fault',
  async () => {
    mistake('intermediate/int_user_rhythms.sql', ['sessions.gap_days > 28', 'sessions.gap_dayz > 28']);
    const asText = 'cast(places.unique_artists as string) as unique_artists,';
    mistake('marts/mart_location_analytics.sql', ['places.unique_artists,', asText]);
    const { service, transformer } = await analyzeProject(project, analyzer, landed());
    const built = await transformer.build({ models: ['int_user_rhythms', 'mart_location_analytics'], runName: 'mistaken' });
    await service.close();
    const messages = new Map(built.models.filter(({ status }) => status === 'error').map(({ name, message }) => [name, message]));
    expect([...messages.keys()].sort()).toEqual(['int_user_rhythms', 'mart_location_analytics']);
    expect(messages.get('int_user_rhythms')).toMatch(/gap_dayz/);
    expect(messages.get('mart_location_analytics')).toMatch(/unique_artists/);
  },
  BUILD_MS,
);

test(
  'a column that the loader does not make fails the model that reads it',
  async () => {
    const tables = landed();
    const poorer = (tables.get('staging.auth_events') ?? []).filter(({ name }) => name !== 'success');
    const { service, transformer } = await analyzeProject(project, analyzer, tables.set('staging.auth_events', poorer));
    const built = await transformer.build({ models: ['int_users'], runName: 'poorer' });
    await service.close();
    expect(built.models.filter(({ status }) => status === 'error')).toEqual([
      expect.objectContaining({ name: 'stg_auth_events', message: expect.stringContaining('success') }),
    ]);
  },
  BUILD_MS,
);
