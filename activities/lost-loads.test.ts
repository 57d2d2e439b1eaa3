import { createMemoryWarehouse } from '../adapters/memory/warehouse.ts';
import { SoundFlowError, type ErrorCode } from '../core/errors.ts';
import { parseHour } from '../core/hours.ts';
import type { Warehouse } from '../core/ports/warehouse.ts';
import { openRepository } from '../workers/compose.ts';
import { readConfig } from '../temporal.config.ts';
import { withoutLostLoads } from './lost-loads.ts';

const HOUR = parseHour('2026-11-20T10', 'test');
const about = { rows: 3, bytes: 0, run: 'r', at: 1 };
const loaded = { asset: 'stg_listen_events', partition: HOUR, version: '4', ...about };
const mart = { asset: 'mart_top_songs', partition: null, version: 'v', ...about };

async function keptBy(warehouse: Warehouse) {
  const { staging, graph } = await openRepository(readConfig({}));
  const state = { graph, positions: {}, landed: [], materialized: [loaded, mart], ledger: [] };
  return (await withoutLostLoads({ staging, warehouse }, state)).materialized.map(({ asset }) => asset);
}

async function tableOfListens() {
  const table = (await openRepository(readConfig({}))).staging.get('stg_listen_events')?.table;
  if (table === undefined) throw new Error('there is no staging asset stg_listen_events');
  return table;
}

const failing = (code: ErrorCode): Warehouse => ({
  ...createMemoryWarehouse(),
  loads: () => Promise.reject(new SoundFlowError(code, 'on purpose')),
});

describe('loads that the warehouse no longer knows of', () => {
  it('are not believed, and marts are left alone', async () => {
    expect(await keptBy(createMemoryWarehouse())).toEqual(['mart_top_songs']);
  });

  it('are believed when its book bears them out', async () => {
    const warehouse = createMemoryWarehouse();
    const table = await tableOfListens();
    await warehouse.ensure(table);
    await warehouse.replacePartition({ table, hour: HOUR, files: [{ path: 'a', rows: 3 }], position: 5, run: 'r' });
    expect((await keptBy(warehouse)).sort()).toEqual(['mart_top_songs', 'stg_listen_events']);
  });

  it('are believed while another process works in it, and nothing is planned while it cannot be asked', async () => {
    expect(await keptBy(failing('LOCKED'))).toContain('stg_listen_events');
    await expect(keptBy(failing('UNAVAILABLE'))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
