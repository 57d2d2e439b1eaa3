import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { StagingAsset } from '../core/assets.ts';
import { staging } from './define.ts';
import { dbtSources } from './dbt-sources.ts';
import stgAuthEvents from './staging/stg_auth_events.ts';
import stgListenEvents from './staging/stg_listen_events.ts';

const folder = join(__dirname, 'staging');
const committed = join(__dirname, '../dbt/models/staging/_sources.yml');
const StagingFile = z.object({ default: z.custom<StagingAsset>() });

async function allStagingAssets(): Promise<readonly StagingAsset[]> {
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));
  return Promise.all(files.map(async (name) => StagingFile.parse(await import(join(folder, name))).default));
}

test("dbt's sources are those of the contracts; if not, run: node --import tsx dbt/generate-sources.mjs", async () => {
  expect(readFileSync(committed, 'utf8')).toBe(dbtSources(await allStagingAssets()));
});

test('does not depend on the order of the assets', () => {
  expect(dbtSources([stgListenEvents, stgAuthEvents])).toBe(dbtSources([stgAuthEvents, stgListenEvents]));
});

test('names with capitals are quoted, so that both engines find them', () => {
  expect(dbtSources([stgListenEvents])).toContain('- name: sessionId\n            quote: true\n            data_type: int64\n');
  expect(dbtSources([stgListenEvents])).toContain('- name: ts\n            data_type: timestamp\n');
});

test('an apostrophe in a description stays one', () => {
  const asset = staging({ key: 'stg_x', description: "the listener's", topic: stgListenEvents.topic });
  expect(dbtSources([asset])).toContain(`description: "the listener's"\n`);
  const both = staging({ key: 'stg_x', description: `the listener's "x"`, topic: stgListenEvents.topic });
  expect(dbtSources([both])).toContain(`description: 'the listener''s "x"'\n`);
});

test('tables in two schemas are refused by name', () => {
  const elsewhere = { ...stgAuthEvents, table: { ...stgAuthEvents.table, schema: 'raw' } };
  expect(() => dbtSources([stgListenEvents, elsewhere])).toThrow('staging, raw');
});
