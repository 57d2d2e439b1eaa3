import { closeBenches, openBench } from '../adapters/bigquery/bench.ts';
import { loadOf, PLAYS } from '../adapters/contract/warehouse.ts';
import { createLakeFolder } from '../adapters/duckdb/lake-files.ts';
import { readConfig } from '../temporal.config.ts';
import { openEstimate, openMarts, openWarehouse } from './open-warehouse.ts';

jest.setTimeout(300_000);

afterAll(closeBenches);

const TABLE = { ...PLAYS, schema: 'marts', name: 'mart_plays' };

async function openGcp() {
  const bench = await openBench();
  const { project, bucket } = bench.settings;
  const env = { SOUNDFLOW_PROFILE: 'gcp', GCP_PROJECT: project, GCS_BUCKET: bucket, BQ_ENDPOINT: bench.endpoint };
  const config = readConfig(env, '/nowhere');
  const warehouse = await openWarehouse(config, createLakeFolder('/nowhere'));
  await warehouse.ensure(TABLE);
  const file = await bench.land('plays/0.parquet', [1, 2, 3]);
  await warehouse.replacePartition({ ...loadOf(1, [file]), table: TABLE });
  return { config, bench };
}

test('the profile gcp loads into BigQuery, keeps hours as long as was set, and reads the marts where they are', async () => {
  const { config, bench } = await openGcp();
  const marts = await openMarts(config);
  expect(await marts.count('marts.mart_plays')).toBe(3);
  expect(await marts.tables()).toContain('marts.mart_plays');
  const rows = await marts.read('marts.mart_plays', { orderBy: '_offset desc', limit: 2 });
  expect(rows.map(({ song }) => song)).toEqual(['song 3', 'song 2']);
  await expect(marts.read('marts.mart_nothing')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(marts.read('marts.mart_plays', { orderBy: 'song; drop' })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  const made = bench.seen.find(({ body }) => JSON.stringify(body).includes('expirationMs'));
  expect(made?.body).toMatchObject({ timePartitioning: { expirationMs: String(400 * 86_400_000) } });
});

test('only where reading costs money is it estimated, and then without running anything', async () => {
  const { config, bench } = await openGcp();
  const before = bench.seen.length;
  expect(await openEstimate(config)?.('select * from marts.mart_plays')).toEqual({
    bytes: expect.any(Number),
    price: expect.any(Number),
  });
  expect(bench.seen.slice(before)).toMatchObject([{ path: '/jobs', body: { configuration: { dryRun: true } } }]);
  expect(openEstimate(readConfig({}, '/nowhere'))).toBeNull();
});
