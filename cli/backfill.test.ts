import { resolve } from 'node:path';
import { loadAssets } from '../workers/load-assets.ts';
import { repositoryOf } from '../workers/repository.ts';
import { previewBackfill, type EstimateRead } from './backfill.ts';

const TWO_HOURS = { assets: ['stg_listen_events'], from: '2026-11-20T00', to: '2026-11-20T02' };

async function preview(asked: Readonly<Record<string, unknown>>, estimate: EstimateRead | null, json = false) {
  const lines: string[] = [];
  const { graph, staging } = repositoryOf(await loadAssets(resolve('assets')));
  await previewBackfill({ graph, staging, estimate }, asked, { json, write: (line) => lines.push(line) });
  return lines.join('\n');
}

describe('the preview of a backfill', () => {
  it('counts loads, and asks no price where only loads are wanted', async () => {
    const estimate = () => Promise.reject(new Error('not asked'));
    expect(await preview(TWO_HOURS, estimate)).toMatch(
      /^Would load 2 hours\.\nLoading costs nothing but time\.\nNothing was started/,
    );
  });

  it('says what building reads at most, by all tables that the marts are made from', async () => {
    const asked: string[] = [];
    const estimate: EstimateRead = (sql) => {
      asked.push(sql);
      return Promise.resolve({ bytes: 1_234_567, price: 0.01 });
    };
    const text = await preview({ ...TWO_HOURS, descendants: true }, estimate);
    expect(text).toContain('build mart_');
    expect(text).toContain('1,234,567 bytes for 0.01');
    expect(asked).toHaveLength(1);
    expect(asked[0]).toContain('staging.listen_events as listen_events');
  });

  it('is one line of JSON where that is wanted', async () => {
    expect(JSON.parse(await preview(TWO_HOURS, null, true))).toEqual({ loads: 2, builds: [], reads: null });
  });

  it('refuses what a backfill would refuse', async () => {
    await expect(preview({ ...TWO_HOURS, assets: ['stg_nothing'] }, null)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    await expect(preview({ ...TWO_HOURS, to: '2026-11-19T00' }, null)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });
});
