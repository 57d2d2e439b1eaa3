import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadOf, PLAYS } from '../contract/warehouse.ts';
import { openBench, removeBenches } from './bench.ts';
import { withDatabase } from './database.ts';
import { createMartReader } from './marts.ts';

afterAll(removeBenches);

async function published() {
  const bench = await openBench();
  await bench.warehouse.ensure(PLAYS);
  await bench.warehouse.replacePartition(loadOf(1, [await bench.land('plays/0.parquet', [1, 2, 3])]));
  await bench.warehouse.publish(['staging.plays']);
  return { ...bench, marts: createMartReader(bench.publishDir) };
}

describe('createMartReader', () => {
  it('reads rows in the order and number asked for', async () => {
    const { marts } = await published();
    const rows = await marts.read('staging.plays', { orderBy: 'paid desc, userId desc', limit: 2 });
    expect(rows.map((row) => row.userId)).toEqual([102, 103]);
    expect(rows[0]?._landed_hour).toBe('2026-11-20T10:00:00.000Z');
    expect(await marts.read('staging.plays')).toHaveLength(3);
    expect(await marts.count('staging.plays')).toBe(3);
  });

  it('does not wait for whoever has the warehouse open', async () => {
    const { marts, file } = await published();
    await withDatabase({ file, access: 'write' }, async () => {
      expect(await marts.count('staging.plays')).toBe(3);
    });
  });

  it('lists tables, without files still being written', async () => {
    const { marts, publishDir } = await published();
    await writeFile(join(publishDir, '.marts.mart_top_songs.tmp'), 'half');
    expect(await marts.tables()).toEqual(['staging.plays']);
    expect(await createMartReader(join(publishDir, 'nowhere')).tables()).toEqual([]);
  });

  it('says when the first marts come', async () => {
    const { marts } = await published();
    await expect(marts.count('marts.mart_top_songs')).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'marts.mart_top_songs is not published yet. The first marts come a few minutes after npm start.',
    });
  });

  it.each([{ orderBy: 'nothing' }, { orderBy: 'song; drop table x' }, { limit: -1 }, { limit: 0.5 }])(
    'refuses %j',
    async (query) => {
      const { marts } = await published();
      await expect(marts.read('staging.plays', query)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    },
  );

  it('reads nothing outside its folder', async () => {
    const { marts } = await published();
    await expect(marts.read('../lake/plays')).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });
});
