import { describeWarehouse, HOUR, loadOf, PLAYS } from '../contract/warehouse.ts';
import { createMemoryWarehouse } from './warehouse.ts';

describeWarehouse('memory', () =>
  Promise.resolve({
    warehouse: createMemoryWarehouse(),
    land: (path, offsets) => Promise.resolve({ path, rows: offsets.length }),
  }),
);

describe('memory', () => {
  it('answers what the test said', async () => {
    const warehouse = createMemoryWarehouse({
      queries: new Map([['select 1', [{ one: 1 }]]]),
      published: new Map([['marts.mart_top_songs', 20]]),
    });
    expect(await warehouse.query('select 1')).toEqual([{ one: 1 }]);
    expect(await warehouse.publish(['marts.mart_top_songs'])).toEqual({ 'marts.mart_top_songs': 20 });
  });

  it('shows the load that an hour holds', async () => {
    const warehouse = createMemoryWarehouse();
    await warehouse.ensure(PLAYS);
    expect(warehouse.loadOf('staging.plays', HOUR)).toBeUndefined();
    const load = loadOf(3, [{ path: 'plays/0.parquet', rows: 2 }]);
    await warehouse.replacePartition(load);
    expect(warehouse.loadOf('staging.plays', HOUR)).toEqual(load);
  });
});
