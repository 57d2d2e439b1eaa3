import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filesOfHour } from '../../activities/hour-files.ts';
import { closeBenches, openBench } from '../../adapters/bigquery/bench.ts';
import { createFetchedLake } from '../../adapters/duckdb/lake-files.ts';
import { createDuckDbWarehouse } from '../../adapters/duckdb/warehouse.ts';
import { newBucket } from '../../adapters/gcs/bench.ts';
import { createGcsStore } from '../../adapters/gcs/object-store.ts';
import stgListenEvents from '../../assets/staging/stg_listen_events.ts';
import { addHours, hourOf } from '../../core/hours.ts';
import type { Warehouse } from '../../core/ports/warehouse.ts';
import { BEGUN, openLandingTable, play } from '../fixtures/landing-table.ts';

jest.setTimeout(600_000);

const HOUR_MS = 3_600_000;
const { table } = stgListenEvents;
let home = '';

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'soundflow-bigquery-load-'));
});

afterAll(async () => {
  await closeBenches();
  await rm(home, { recursive: true, force: true });
});

/** A topic landed in a bucket in three batches and two hours, with a dead letter and a gap in its offsets. */
async function landInBucket() {
  const bucket = await newBucket();
  const objects = createGcsStore(bucket);
  const landing = openLandingTable({ objects }, { partitions: 3 });
  const { eventLog, topic } = landing;
  await landing.tick(BEGUN);
  for (const partition of [0, 1, 2]) {
    const values = Array.from({ length: 150 }, (_, item) => play(item, { sessionId: partition + 1, lon: item / 7 }));
    eventLog.append({ topic, partition, values: [...values, '{"broken'] });
    eventLog.skip(topic, partition, 5);
  }
  await landing.tick(BEGUN + 120_000);
  eventLog.append({ topic, partition: 1, values: [play(1_000), play(1_001, { song: null })] });
  await landing.tick(BEGUN + 240_000);
  eventLog.append({ topic, partition: 2, values: [play(2_000, { artist: 'Sigur Rós' })] });
  await landing.tick(BEGUN + HOUR_MS);
  return { bucket: bucket.bucket, objects, landing };
}

const rowsOf = (warehouse: Warehouse) =>
  warehouse.query(`select * from ${table.schema}.${table.name} order by _kafka_partition, _offset`);

test('what was landed through the storage client is loaded by BigQuery as by DuckDB: same counts, offset sums and rows', async () => {
  const { bucket, objects, landing } = await landInBucket();
  const { warehouse: bigQuery } = await openBench({ settings: { bucket } });
  const lake = createFetchedLake(objects, { scratchDir: null });
  const duckDb = createDuckDbWarehouse({ file: join(home, 'soundflow.duckdb'), lake, publishDir: join(home, 'published') });
  const head = await landing.deps.commits.newest(landing.topic, 0);
  let loaded = 0;
  for (const hour of [hourOf(BEGUN), addHours(hourOf(BEGUN), 1), addHours(hourOf(BEGUN), 2)]) {
    const position = head?.position ?? -1;
    const files = await filesOfHour(landing.deps.commits, { topic: landing.topic, hour, position });
    const load = { table, hour, files, position, run: 'test' };
    const outcomes = [];
    for (const warehouse of [bigQuery, duckDb]) {
      await warehouse.ensure(table);
      outcomes.push(await warehouse.replacePartition(load));
    }
    expect(outcomes[0]).toEqual(outcomes[1]);
    loaded += outcomes[0]?.rows ?? 0;
  }
  expect(loaded).toBeGreaterThan(450);
  expect(await rowsOf(bigQuery)).toEqual(await rowsOf(duckDb));
});
