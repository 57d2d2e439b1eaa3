import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Table } from '../../core/columns.ts';
import { describeLoading, describeWarehouse, loadOf, PLAYS } from '../contract/warehouse.ts';
import { createFileStore } from '../files/object-store.ts';
import { openBench, playsOf, removeBenches } from './bench.ts';
import { createFetchedLake } from './lake-files.ts';
import { createDuckDbWarehouse } from './warehouse.ts';

afterAll(removeBenches);

describeWarehouse('duckdb', openBench);
describeLoading('duckdb', openBench);
describeLoading('duckdb with a fetched lake', () => openBench(fetched));

/** A lake whose files come through an object store, a few bytes at a time. */
const fetched = (lakeDir: string) =>
  createFetchedLake(createFileStore(lakeDir), { scratchDir: `${lakeDir}-scratch`, lotBytes: 1 });

/** Another process that opens the database and keeps it open. */
async function holdOpen(file: string): Promise<ChildProcess> {
  const code = `const { DuckDBInstance } = require('@duckdb/node-api');
    DuckDBInstance.create(process.argv[1]).then((open) => { console.log('open'); setInterval(() => open, 1000); });`;
  const child = spawn(process.execPath, ['-e', code, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

describe('duckdb files', () => {
  it('says who has the file, and goes on when it is free again', async () => {
    const { warehouse, file } = await openBench();
    await warehouse.ensure(PLAYS);
    const holder = await holdOpen(file);
    try {
      const locked = {
        code: 'LOCKED',
        message: expect.stringMatching(new RegExp(`${file}: in use by process ${String(holder.pid)} `)),
      };
      await expect(warehouse.ensure(PLAYS)).rejects.toMatchObject(locked);
      await expect(warehouse.query('select 1 as one')).rejects.toMatchObject(locked);
    } finally {
      await end(holder);
    }
    expect(await warehouse.query('select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('leaves the file free after each call, also one that failed', async () => {
    const { warehouse, file } = await openBench();
    await warehouse.ensure(PLAYS);
    await expect(warehouse.query('select nothing')).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    await end(await holdOpen(file));
  });

  it('lets many calls of one process through, one after the other, from several warehouses', async () => {
    const bench = await openBench();
    const other = createDuckDbWarehouse(bench);
    await bench.warehouse.ensure(PLAYS);
    const files = [await bench.land('plays/0.parquet', [1, 2])];
    const loads = Array.from({ length: 6 }, (_, index) =>
      (index % 2 === 0 ? other : bench.warehouse).replacePartition(loadOf(1, files)),
    );
    const [held] = await Promise.all([other.query('select count(*) as held from staging.plays'), ...loads]);
    expect([0, 2]).toContain(held[0]?.held);
    expect(await other.query('select count(*) as held from staging.plays')).toEqual([{ held: 2 }]);
  });

  it('tells a file that is no database, and a folder that cannot be made', async () => {
    const bench = await openBench();
    await mkdir(dirname(bench.file));
    await writeFile(bench.file, 'no database'.repeat(1000));
    await expect(bench.warehouse.ensure(PLAYS)).rejects.toMatchObject({ code: 'BAD_SETTING' });
    const below = createDuckDbWarehouse({ ...bench, file: join(bench.file, 'x.duckdb') });
    await expect(below.ensure(PLAYS)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      cause: expect.objectContaining({ code: 'EEXIST' }),
    });
  });
});

describe('duckdb ensure', () => {
  const wider: Table = {
    ...PLAYS,
    columns: [...PLAYS.columns, { name: 'deviceType', type: 'string', required: true, description: '' }],
  };

  it('adds the columns a table lacks, and fills what files do not have with nulls', async () => {
    const { warehouse, land } = await openBench();
    await warehouse.ensure(PLAYS);
    const files = [await land('plays/0.parquet', [1])];
    await warehouse.replacePartition(loadOf(1, files));
    await warehouse.ensure(wider);
    await warehouse.replacePartition({ ...loadOf(2, files), table: wider });
    expect(await warehouse.query('select song, "userId", duration, paid, "deviceType" from staging.plays')).toEqual([
      { song: 'song 1', userId: 101, duration: 0.5, paid: false, deviceType: null },
    ]);
  });

  it('drops nothing when a contract lost a column', async () => {
    const { warehouse, write } = await openBench();
    await warehouse.ensure(wider);
    await warehouse.ensure(PLAYS);
    await write('plays/0.parquet', `select *, 'phone' as "deviceType" from (${playsOf([1])})`);
    await warehouse.replacePartition(loadOf(1, [{ path: 'plays/0.parquet', rows: 1 }]));
    expect(await warehouse.query('select song, "deviceType" from staging.plays')).toEqual([{ song: 'song 1', deviceType: null }]);
  });

  it('refuses a column that changed its type', async () => {
    const { warehouse } = await openBench();
    await warehouse.ensure(PLAYS);
    const columns = PLAYS.columns.map((column) => (column.name === 'song' ? { ...column, type: 'int64' as const } : column));
    await expect(warehouse.ensure({ ...PLAYS, columns })).rejects.toMatchObject({
      code: 'BAD_ASSET',
      message: expect.stringMatching(/^staging\.plays: its column song is VARCHAR in the warehouse and BIGINT/),
    });
  });
});

describe('duckdb replacePartition', () => {
  it('keeps the book of loads', async () => {
    const { warehouse, land } = await openBench();
    await warehouse.ensure(PLAYS);
    await warehouse.replacePartition(loadOf(3, [await land('plays/0.parquet', [4, 5])]));
    await warehouse.replacePartition(loadOf(9, []));
    const book = 'select table_name, hour, position, rows, offset_sum, loaded_at is not null as dated from staging._loads';
    expect(await warehouse.query(book)).toEqual([
      { table_name: 'plays', hour: '2026-11-20T10:00:00.000Z', position: 9, rows: 0, offset_sum: 0, dated: true },
    ]);
  });

  it('names the file whose rows are not what was said', async () => {
    const { warehouse, land } = await openBench();
    await warehouse.ensure(PLAYS);
    const files = [await land('plays/0.parquet', [0, 1]), { ...(await land('plays/1.parquet', [2])), rows: 5 }];
    await expect(warehouse.replacePartition(loadOf(1, files))).rejects.toThrow('plays/1.parquet holds 1 rows, 5 were said');
  });

  it('refuses what is no Parquet, and a value that does not fit its column', async () => {
    const { warehouse, lakeDir, land, write } = await openBench();
    await warehouse.ensure(PLAYS);
    await land('plays/0.parquet', [0]);
    await writeFile(join(lakeDir, 'plays/half.parquet'), 'PAR1 half of it');
    await write('plays/text.parquet', `select * replace ('many' as "userId") from (${playsOf([1])})`);
    for (const path of ['plays/half.parquet', 'plays/text.parquet']) {
      await expect(warehouse.replacePartition(loadOf(1, [{ path, rows: 1 }]))).rejects.toMatchObject({ code: 'DAMAGED' });
    }
    expect(await warehouse.query('select * from staging.plays')).toEqual([]);
  });

  it('fetches the files of a load in lots, and leaves none of them behind', async () => {
    const { warehouse, lakeDir, land } = await openBench(fetched);
    await warehouse.ensure(PLAYS);
    const files = await Promise.all(
      Array.from({ length: 10 }, (_, index) => land(`plays/${String(index)}.parquet`, [index, index + 100])),
    );
    expect(await warehouse.replacePartition(loadOf(1, files))).toEqual({ rows: 20, offsetSum: '1090' });
    await expect(
      warehouse.replacePartition(loadOf(2, [...files, { path: 'plays/gone.parquet', rows: 1 }])),
    ).rejects.toMatchObject({
      code: 'DAMAGED',
      message: expect.stringContaining('plays/gone.parquet'),
    });
    const wrong = files.map((file, index) => (index === 7 ? { ...file, rows: 3 } : file));
    await expect(warehouse.replacePartition(loadOf(2, wrong))).rejects.toThrow('plays/7.parquet holds 2 rows, 3 were said');
    expect(await readdir(`${lakeDir}-scratch`)).toEqual([]);
    expect(await warehouse.query('select count(*) as held from staging.plays')).toEqual([{ held: 20 }]);
  });

  it.each(['../plays/0.parquet', '/etc/passwd', 'plays/*.parquet', "plays/'.parquet", 'plays/../../x', ''])(
    'reads no file %j',
    async (path) => {
      const { warehouse } = await openBench();
      await warehouse.ensure(PLAYS);
      await expect(warehouse.replacePartition(loadOf(1, [{ path, rows: 1 }]))).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    },
  );

  it('refuses a file named twice', async () => {
    const { warehouse, land } = await openBench();
    await warehouse.ensure(PLAYS);
    const file = await land('plays/0.parquet', [0]);
    await expect(warehouse.replacePartition(loadOf(1, [file, file]))).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });

  it('loads the 8,000 files that an hour may have', async () => {
    const { warehouse, lakeDir, land } = await openBench();
    await warehouse.ensure(PLAYS);
    const first = await land('plays/0.parquet', [1, 2]);
    const files = Array.from({ length: 8000 }, (_, index) => ({ ...first, path: `plays/${String(index)}.parquet` }));
    for (const { path } of files.slice(1)) await copyFile(join(lakeDir, first.path), join(lakeDir, path));
    expect(await warehouse.replacePartition(loadOf(1, files))).toEqual({ rows: 16_000, offsetSum: '24000' });
  }, 60_000);

  it('shows nothing of a load whose process was killed', async () => {
    const { warehouse, file, land } = await openBench();
    await warehouse.ensure(PLAYS);
    const load = loadOf(1, [await land('plays/0.parquet', [1])]);
    await warehouse.replacePartition(load);
    const code = `const { DuckDBInstance } = require('@duckdb/node-api');
      DuckDBInstance.create(process.argv[1]).then((instance) => instance.connect()).then(async (connection) => {
        await connection.run('begin; delete from staging.plays; update staging._loads set position = 99');
        process.kill(process.pid, 'SIGKILL');
      });`;
    const child = spawn(process.execPath, ['-e', code, file], { stdio: 'inherit' });
    const signal = await new Promise((resolve) =>
      child.once('exit', (_, name) => {
        resolve(name);
      }),
    );
    expect(signal).toBe('SIGKILL');
    expect(await warehouse.query('select count(*) as held from staging.plays')).toEqual([{ held: 1 }]);
    expect((await warehouse.replacePartition(load)).rows).toBe(1);
  });
});

describe('duckdb query', () => {
  it('gives plain values', async () => {
    const { warehouse } = await openBench();
    await warehouse.ensure(PLAYS);
    const sql = `select 1::bigint as small, 9007199254740993::bigint as large, sum(3::bigint) as total, 1.50::decimal(5,2) as price,
      1.5 + 1e0 as ratio, 'nan'::double as none, true as flag, null as nothing, date '2026-11-20' as day, 'é' as text,
      timestamptz '2026-11-20 11:00:00.123456+01:00' as micro, timestamptz '1969-12-31 23:59:59.999999+00' as before, timestamp '2026-11-20 10:00:00' as local,
      [1, 2] as list`;
    expect(await warehouse.query(sql)).toEqual([
      {
        small: 1,
        large: '9007199254740993',
        total: 3,
        price: 1.5,
        ratio: 2.5,
        none: 'NaN',
        flag: true,
        nothing: null,
        day: '2026-11-20',
        text: 'é',
        micro: '2026-11-20T10:00:00.123456Z',
        before: '1969-12-31T23:59:59.999999Z',
        local: '2026-11-20T10:00:00.000Z',
        list: '[1, 2]',
      },
    ]);
  });

  it.each([
    'insert into staging._loads select * from staging._loads',
    'drop table staging.plays',
    "copy staging.plays to 'x.csv'",
    "from read_csv('/etc/passwd')",
  ])('only reads, and only the warehouse: %s', async (sql) => {
    const { warehouse } = await openBench();
    await warehouse.ensure(PLAYS);
    await expect(warehouse.query(sql)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    expect(await warehouse.query('select count(*) as held from staging.plays')).toEqual([{ held: 0 }]);
  });
});

describe('duckdb publish', () => {
  it('replaces nothing when one of the tables is missing', async () => {
    const { warehouse, publishDir, land } = await openBench();
    await warehouse.ensure(PLAYS);
    await warehouse.replacePartition(loadOf(1, [await land('plays/0.parquet', [1, 2])]));
    await expect(warehouse.publish(['staging.plays', 'marts.nothing'])).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await readdir(publishDir)).filter((name) => name.endsWith('.parquet'))).toEqual([]);
    expect(await warehouse.publish(['staging.plays', 'staging._loads'])).toEqual({ 'staging.plays': 2, 'staging._loads': 1 });
    expect((await readdir(publishDir)).sort()).toEqual(['staging._loads.parquet', 'staging.plays.parquet']);
  });

  it('tells a folder that cannot be written', async () => {
    const { warehouse, publishDir } = await openBench();
    await warehouse.ensure(PLAYS);
    await writeFile(publishDir, 'in the way');
    await expect(warehouse.publish(['staging.plays'])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it.each(['plays', '../staging.plays', 'a.b.c', 'staging."x"'])('refuses the name %j', async (table) => {
    const { warehouse } = await openBench();
    await expect(warehouse.publish([table])).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });
});
