import fc from 'fast-check';
import type { Table } from '../../core/columns.ts';
import { LINEAGE } from '../../core/columns.ts';
import { parseHour } from '../../core/hours.ts';
import type { LoadFile, PartitionLoad, Warehouse } from '../../core/ports/warehouse.ts';

/** The hour that the suites load. */
export const HOUR = parseHour('2026-11-20T10', 'test');

/** The hour after it, which must stay as it is. */
export const NEXT_HOUR = parseHour('2026-11-20T11', 'test');

/** A table with a column of each type, one of them in camel case. */
export const PLAYS: Table = {
  schema: 'staging',
  name: 'plays',
  columns: [
    { name: 'song', type: 'string', required: false, description: '' },
    { name: 'userId', type: 'int64', required: false, description: '' },
    { name: 'duration', type: 'float64', required: false, description: '' },
    { name: 'paid', type: 'boolean', required: false, description: '' },
    ...LINEAGE,
  ],
};

/** An empty warehouse, and a way to land a file of `PLAYS` rows with these offsets in the lake it reads. */
export interface WarehouseBench {
  readonly warehouse: Warehouse;
  readonly land: (path: string, offsets: readonly number[]) => Promise<LoadFile>;
}

/** A load of `PLAYS`. */
export function loadOf(position: number, files: readonly LoadFile[], hour = HOUR): PartitionLoad {
  return { table: PLAYS, hour, files, position, run: 'test' };
}

/** What every warehouse must do; `open` gives an empty one, `runs` is how many random orders of loads are tried. */
export function describeWarehouse(name: string, open: () => Promise<WarehouseBench>, { runs = 15 } = {}): void {
  describe(`${name} as Warehouse`, () => {
    it('says how many rows an hour holds after a load', async () => {
      const { warehouse, land } = await open();
      await warehouse.ensure(PLAYS);
      const files = [await land('plays/0.parquet', [0, 1, 2]), await land('plays/1.parquet', [3])];
      const loaded = await warehouse.replacePartition(loadOf(4, files));
      expect(loaded.rows).toBe(4);
      expect(loaded.offsetSum).toMatch(/^\d+$/);
    });

    it('takes the same load again, and ensures the same table again', async () => {
      const { warehouse, land } = await open();
      const load = loadOf(4, [await land('plays/0.parquet', [0, 1, 2])]);
      await warehouse.ensure(PLAYS);
      const first = await warehouse.replacePartition(load);
      await warehouse.ensure(PLAYS);
      expect(await warehouse.replacePartition(load)).toEqual(first);
    });

    it('keeps a book of what each hour was last loaded with', async () => {
      const { warehouse, land } = await open();
      expect(await warehouse.loads(PLAYS)).toEqual([]);
      await warehouse.ensure(PLAYS);
      expect(await warehouse.loads(PLAYS)).toEqual([]);
      const file = await land('plays/0.parquet', [0, 1, 2]);
      await warehouse.replacePartition(loadOf(4, [file]));
      await warehouse.replacePartition(loadOf(5, [], NEXT_HOUR));
      expect(await warehouse.loads(PLAYS)).toEqual([
        { hour: HOUR, position: 4, rows: 3 },
        { hour: NEXT_HOUR, position: 5, rows: 0 },
      ]);
      await warehouse.replacePartition(loadOf(6, [file]));
      expect((await warehouse.loads(PLAYS))[0]).toEqual({ hour: HOUR, position: 6, rows: 3 });
    });

    it('empties the hour when no file is named', async () => {
      const { warehouse, land } = await open();
      await warehouse.ensure(PLAYS);
      await warehouse.replacePartition(loadOf(1, [await land('plays/0.parquet', [0, 1])]));
      expect(await warehouse.replacePartition(loadOf(2, []))).toEqual({ rows: 0, offsetSum: '0' });
    });

    it('refuses a position older than the one loaded, also for an emptied hour, and only for that hour', async () => {
      const { warehouse, land } = await open();
      await warehouse.ensure(PLAYS);
      await warehouse.replacePartition(loadOf(7, []));
      const stale = loadOf(6, [await land('plays/0.parquet', [0])]);
      await expect(warehouse.replacePartition(stale)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
      expect((await warehouse.replacePartition(loadOf(6, [], NEXT_HOUR))).rows).toBe(0);
    });

    it('ends at the load of the largest position, in whatever order loads come', async () => {
      const { warehouse, land } = await open();
      await warehouse.ensure(PLAYS);
      const files = [await land('plays/0.parquet', [0]), await land('plays/1.parquet', [1]), await land('plays/2.parquet', [2])];
      let base = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 5 }), async (positions) => {
          base += 10;
          for (const [index, position] of positions.entries()) {
            const largest = Math.max(...positions.slice(0, index + 1));
            const load = warehouse.replacePartition(loadOf(base + position, files.slice(0, position)));
            if (position < largest) await expect(load).rejects.toMatchObject({ code: 'BAD_REQUEST' });
            else expect((await load).rows).toBe(position);
          }
        }),
        { numRuns: runs },
      );
    });

    it('knows no table that nobody ensured', async () => {
      const { warehouse } = await open();
      const missing = { code: 'NOT_FOUND' };
      await expect(warehouse.query('select count(*) from staging.plays')).rejects.toMatchObject(missing);
      await expect(warehouse.publish(['marts.mart_top_songs'])).rejects.toMatchObject(missing);
      await expect(warehouse.replacePartition(loadOf(1, []))).rejects.toMatchObject(missing);
    });
  });
}

/** What a warehouse that really reads files must do besides; queries are the SQL that all our engines share. */
export function describeLoading(name: string, open: () => Promise<WarehouseBench>): void {
  const heldIn = async (warehouse: Warehouse): Promise<unknown> =>
    warehouse.query(
      'select _landed_hour as hour, count(*) as held, sum(_offset) as total from staging.plays group by 1 order by 1',
    );

  describe(`${name} loading files`, () => {
    it('holds exactly the rows of the files named last', async () => {
      const { warehouse, land } = await open();
      await warehouse.ensure(PLAYS);
      const files = [await land('plays/0.parquet', [5, 6]), await land('plays/1.parquet', [7])];
      expect(await warehouse.replacePartition(loadOf(1, files))).toEqual({ rows: 3, offsetSum: '18' });
      const fewer = await warehouse.replacePartition(loadOf(2, files.slice(1)));
      expect(fewer).toEqual({ rows: 1, offsetSum: '7' });
      expect(await heldIn(warehouse)).toEqual([{ hour: '2026-11-20T10:00:00.000Z', held: 1, total: 7 }]);
    });

    it('changes nothing when a file holds other rows than was said', async () => {
      const { warehouse, land } = await open();
      await warehouse.ensure(PLAYS);
      const whole = await land('plays/0.parquet', [0, 1]);
      await warehouse.replacePartition(loadOf(1, [whole]));
      const wrong = [whole, { ...(await land('plays/1.parquet', [2])), rows: 2 }];
      await expect(warehouse.replacePartition(loadOf(2, wrong))).rejects.toMatchObject({ code: 'DAMAGED' });
      expect(await heldIn(warehouse)).toEqual([{ hour: '2026-11-20T10:00:00.000Z', held: 2, total: 1 }]);
      expect((await warehouse.replacePartition(loadOf(1, [whole]))).rows).toBe(2);
    });

    it('refuses rows of another landing hour', async () => {
      const { warehouse, land } = await open();
      await warehouse.ensure(PLAYS);
      const load = loadOf(1, [await land('plays/0.parquet', [0])], NEXT_HOUR);
      await expect(warehouse.replacePartition(load)).rejects.toMatchObject({ code: 'DAMAGED' });
      expect(await heldIn(warehouse)).toEqual([]);
    });

    it('names a file that is not there', async () => {
      const { warehouse } = await open();
      await warehouse.ensure(PLAYS);
      const load = warehouse.replacePartition(loadOf(1, [{ path: 'plays/gone.parquet', rows: 1 }]));
      await expect(load).rejects.toThrow('plays/gone.parquet');
      await expect(load).rejects.toMatchObject({ code: 'DAMAGED' });
    });
  });
}
