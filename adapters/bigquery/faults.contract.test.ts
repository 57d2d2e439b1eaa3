import { withMemory } from '../duckdb/database.ts';
import type { Row } from '../../core/ports/warehouse.ts';
import { loadOf, NEXT_HOUR, PLAYS } from '../contract/warehouse.ts';
import { problemsOf, readDiscovery } from '../contract/discovery.ts';
import { playsOf } from '../duckdb/bench.ts';
import { readRows } from '../duckdb/rows.ts';
import { closeBenches, openBench, requestsOfAll, type BigQueryBench } from './bench.ts';
import type { Fault, Seen } from './test-service.ts';
import { createBigQueryWarehouse } from './warehouse.ts';

jest.setTimeout(600_000);

afterAll(closeBenches);

/** A bench whose next request of some kind has the given faults, one after the other. */
async function benchWith(isMeant: (seen: Seen) => boolean, faults: readonly (Fault | null)[]): Promise<BigQueryBench> {
  const left = [...faults];
  return openBench({ faultOf: (seen) => (isMeant(seen) ? (left.shift() ?? null) : null) });
}

const isJob = (kind: 'load' | 'copy' | 'query') => (seen: Seen) =>
  seen.method === 'POST' && seen.path === '/jobs' && JSON.stringify(seen.body).includes(`"${kind}":{`);

const jobIds = ({ seen }: BigQueryBench): readonly string[] =>
  seen.flatMap(({ body }) => /"jobId":"([^"]+)"/.exec(JSON.stringify(body))?.[1] ?? []);

async function held({ warehouse }: BigQueryBench): Promise<Row | undefined> {
  const [row] = await warehouse.query('select count(*) as held, sum(_offset) as total from staging.plays');
  return row;
}

async function twoLoads(bench: BigQueryBench) {
  const { warehouse, land } = bench;
  await warehouse.ensure(PLAYS);
  return loadOf(1, [await land('plays/0.parquet', [1, 2]), await land('plays/1.parquet', [3])]);
}

describe('a request that fails', () => {
  it.each<[string, string, Fault]>([
    ['429', 'UNAVAILABLE', { status: 429, reason: 'rateLimitExceeded' }],
    ['503', 'UNAVAILABLE', { status: 503, reason: 'backendError' }],
    ['403', 'BAD_SETTING', { status: 403, reason: 'accessDenied' }],
    ['a cut connection', 'UNAVAILABLE', 'cut before'],
  ])('with %s is %s to the caller, and the same load works when asked again', async (_, code, fault) => {
    const bench = await benchWith(isJob('load'), [fault]);
    const load = await twoLoads(bench);
    await expect(bench.warehouse.replacePartition(load)).rejects.toMatchObject({ code });
    expect(await held(bench)).toEqual({ held: 0, total: null });
    expect(await bench.warehouse.replacePartition(load)).toEqual({ rows: 3, offsetSum: '6' });
  });

  it.each(['load', 'copy'] as const)(
    'between a %s job and its answer costs no second job: the step finds it again',
    async (kind) => {
      const bench = await benchWith(isJob(kind), ['cut after']);
      const load = await twoLoads(bench);
      await expect(bench.warehouse.replacePartition(load)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      expect(await bench.warehouse.replacePartition(load)).toEqual({ rows: 3, offsetSum: '6' });
      expect(new Set(jobIds(bench)).size).toBe(2);
      expect(await held(bench)).toEqual({ held: 3, total: 6 });
    },
  );
});

describe('a job that fails', () => {
  it.each([
    ['backendError', 'UNAVAILABLE'],
    ['quotaExceeded', 'UNAVAILABLE'],
    ['stopped', 'UNAVAILABLE'],
    ['accessDenied', 'BAD_SETTING'],
    ['invalid', 'DAMAGED'],
  ])('by %s is %s, leaves the hour as it was, and is followed by the next number', async (reason, code) => {
    const bench = await benchWith(isJob('load'), [null, { jobFails: reason }]);
    const first = await twoLoads(bench);
    await bench.warehouse.replacePartition(first);
    const next = { ...loadOf(2, first.files.slice(0, 1)), run: 'next' };
    await expect(bench.warehouse.replacePartition(next)).rejects.toMatchObject({ code });
    expect(await held(bench)).toEqual({ held: 3, total: 6 });
    expect(await bench.warehouse.replacePartition(next)).toEqual({ rows: 2, offsetSum: '3' });
    expect(jobIds(bench).filter((id) => id.endsWith('-2-load-0'))).toHaveLength(1);
  });

  it('while it puts the hour in place leaves the hour as it was', async () => {
    const bench = await benchWith(isJob('copy'), [null, { jobFails: 'jobInternalError' }]);
    const first = await twoLoads(bench);
    await bench.warehouse.replacePartition(first);
    const emptied = { ...loadOf(2, first.files.slice(1)), run: 'next' };
    await expect(bench.warehouse.replacePartition(emptied)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await held(bench)).toEqual({ held: 3, total: 6 });
    expect(await bench.warehouse.replacePartition(emptied)).toEqual({ rows: 1, offsetSum: '3' });
  });
});

describe('loads of one hour at the same time', () => {
  it('end at the larger position, also when the older one wakes up last', async () => {
    const gate = gateOf();
    const bench = await benchWith(isJob('copy'), [{ jobWaits: gate.promise }]);
    const older = await twoLoads(bench);
    const begun = bench.warehouse.replacePartition(older).catch((error: unknown) => error);
    while (!bench.seen.some(isJob('copy'))) await new Promise((resolve) => setImmediate(resolve));
    const newer = { ...loadOf(2, older.files.slice(1)), run: 'newer' };
    expect(await bench.warehouse.replacePartition(newer)).toEqual({ rows: 1, offsetSum: '3' });
    gate.open();
    expect(await begun).toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining('stopped') });
    await expect(bench.warehouse.replacePartition(older)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    expect(await held(bench)).toEqual({ held: 1, total: 3 });
  });

  it('find the place of a load that was fenced before its job began', async () => {
    const bench = await benchWith(isJob('load'), ['cut after']);
    const older = await twoLoads(bench);
    await expect(bench.warehouse.replacePartition(older)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    const other = { ...older, run: 'other' };
    await bench.warehouse.replacePartition(other);
    expect(await bench.warehouse.replacePartition(older)).toEqual({ rows: 3, offsetSum: '6' });
    expect(await held(bench)).toEqual({ held: 3, total: 6 });
  });
});

describe('a load that is cancelled', () => {
  it('cancels its job', async () => {
    const gate = gateOf();
    const bench = await benchWith(isJob('load'), [{ jobWaits: gate.promise }]);
    const load = await twoLoads(bench);
    const { signal, abort } = abortable();
    const loading = bench.warehouse.replacePartition(load, signal).catch((error: unknown) => error);
    while (!bench.seen.some(isJob('load'))) await new Promise((resolve) => setImmediate(resolve));
    abort();
    expect(await loading).toMatchObject({ code: 'CANCELLED' });
    expect(bench.seen.filter(({ path }) => path.endsWith('/cancel'))).toHaveLength(1);
    gate.open();
    expect((await bench.warehouse.replacePartition(load)).rows).toBe(3);
  });
});

function gateOf() {
  let open: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return {
    promise,
    open: () => {
      open();
    },
  };
}

function abortable() {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    abort: () => {
      controller.abort();
    },
  };
}

describe('many files', () => {
  it('are loaded by several jobs into one stage and put in place by one', async () => {
    const bench = await openBench({ settings: { filesPerJob: 2 } });
    await bench.warehouse.ensure(PLAYS);
    const files = await Promise.all([0, 1, 2, 3, 4].map((offset) => bench.land(`plays/${String(offset)}.parquet`, [offset])));
    expect(await bench.warehouse.replacePartition(loadOf(1, files))).toEqual({ rows: 5, offsetSum: '10' });
    expect([bench.seen.filter(isJob('load')).length, bench.seen.filter(isJob('copy')).length]).toEqual([3, 1]);
  });

  it('leave no stage behind', async () => {
    const bench = await openBench();
    await bench.warehouse.replacePartition(await twoLoads(bench));
    const tables = await bench.warehouse.query('select table_name from staging.INFORMATION_SCHEMA.TABLES order by 1');
    expect(tables).toEqual([{ table_name: '_loads' }, { table_name: 'plays' }]);
  });
});

describe('a table', () => {
  it('gets the columns it lacks, keeps those it has, and refuses another type', async () => {
    const bench = await openBench();
    const { warehouse, write } = bench;
    await warehouse.ensure(PLAYS);
    const wider = {
      ...PLAYS,
      columns: [...PLAYS.columns, { name: 'city', type: 'string', required: false, description: 'City.' } as const],
    };
    await warehouse.ensure(wider);
    await warehouse.ensure(PLAYS);
    await write('plays/0.parquet', `select *, 'Oslo' as city from (${playsOf([1])})`);
    await write('plays/1.parquet', playsOf([2]));
    const files = [0, 1].map((index) => ({ path: `plays/${String(index)}.parquet`, rows: 1 }));
    await warehouse.replacePartition({ ...loadOf(1, files), table: wider });
    expect(await warehouse.query('select city, _offset as o from staging.plays order by 2')).toEqual([
      { city: 'Oslo', o: 1 },
      { city: null, o: 2 },
    ]);
    const other = {
      ...PLAYS,
      columns: PLAYS.columns.map((column) => (column.name === 'song' ? { ...column, type: 'int64' as const } : column)),
    };
    await expect(warehouse.ensure(other)).rejects.toMatchObject({ code: 'BAD_ASSET', message: expect.stringContaining('song') });
  });

  it('has hours that expire, and rows that lie together', async () => {
    const bench = await openBench({ settings: { partitionExpirationMs: 86_400_000 } });
    await bench.warehouse.ensure(PLAYS);
    const made = bench.seen.find(
      ({ method, path, body }) => method === 'POST' && path.endsWith('/tables') && JSON.stringify(body).includes('"plays"'),
    );
    expect(made?.body).toMatchObject({
      timePartitioning: { type: 'HOUR', field: '_landed_hour', expirationMs: '86400000' },
      clustering: { fields: ['_kafka_partition', '_offset'] },
    });
  });
});

test('offsets beyond 64 bits in sum are counted', async () => {
  const bench = await openBench();
  await bench.warehouse.ensure(PLAYS);
  const large = 9_007_199_254_740_991;
  const file = await bench.land('plays/0.parquet', [large, large - 1]);
  const load = await bench.warehouse.replacePartition(loadOf(1, [file]));
  expect(load).toEqual({ rows: 2, offsetSum: String(2n * BigInt(large) - 1n) });
});

test('publishing says how many rows tables and views have', async () => {
  const bench = await openBench();
  await bench.warehouse.replacePartition(await twoLoads(bench));
  await bench.warehouse.replacePartition(loadOf(1, [], NEXT_HOUR));
  expect(await bench.warehouse.publish(['staging.plays', 'staging._loads'])).toEqual({ 'staging.plays': 3, 'staging._loads': 2 });
});

test('a query that gives too many rows, or is wrong, is refused', async () => {
  const { warehouse } = await openBench();
  await expect(warehouse.query('select * from unnest(generate_array(1, 100001)) as n')).rejects.toMatchObject({
    code: 'BAD_REQUEST',
  });
  await expect(warehouse.query('select no from nothing where')).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  expect(await warehouse.query('select n from unnest(generate_array(1, 25000)) as n')).toHaveLength(25_000);
});

test('rows are those that DuckDB reads from the same files', async () => {
  const bench = await openBench();
  const load = await twoLoads(bench);
  await bench.warehouse.replacePartition(load);
  const columns = 'song, `userId`, duration, paid, _epoch, _kafka_partition, _offset, _kafka_time, _landed_hour';
  const rows = await bench.warehouse.query(`select ${columns} from staging.plays order by _offset`);
  const expected = await withMemory((connection) => readRows(connection, `${playsOf([1, 2, 3])} order by _offset`));
  expect(rows).toEqual(expected);
});

describe('requests', () => {
  const discovery = readDiscovery('bigquery.v2');
  const asSent = ({ method, path, query, body }: Seen) => ({ method, path: `projects/test${path}`, query, body });

  it('are those that BigQuery describes, field by field, each one of this suite', () => {
    const requests = requestsOfAll();
    expect(requests.length).toBeGreaterThan(200);
    expect([...new Set(requests.flatMap((seen) => problemsOf(discovery, asSent(seen))))]).toEqual([]);
  });

  it.each<[string, Partial<Seen>, string]>([
    ['a misspelt field', { body: { configuration: { load: { sourceUri: ['gs://a/b'] } } } }, 'sourceUri: unknown field'],
    ['a number for a text', { body: { configuration: { jobTimeoutMs: 5 } } }, 'jobTimeoutMs: 5 is no string'],
    ['a text for a list', { body: { configuration: { load: { sourceUris: 'gs://a/b' } } } }, 'sourceUris: no list'],
    ['an unknown value', { body: { configuration: { copy: { operationType: 'MOVE' } } } }, 'operationType: MOVE is none of'],
    ['a field of answers', { body: { status: { state: 'DONE' } } }, 'status: only the service writes it'],
    ['an unknown parameter', { query: { loc: 'US' } }, '?loc: unknown parameter'],
    ['an unknown method', { path: '/job' }, 'there is no such method'],
  ])('with %s are told', (_, change, problem) => {
    const request = { method: 'POST', path: '/jobs', query: {}, body: {}, ...change };
    expect(problemsOf(discovery, asSent(request))).toEqual([expect.stringContaining(problem)]);
  });
});

test('a variable that would send requests elsewhere is refused', () => {
  const before = process.env.BIGQUERY_EMULATOR_HOST;
  process.env.BIGQUERY_EMULATOR_HOST = 'http://127.0.0.1:1';
  try {
    const settings = { project: 'p', location: 'US', endpoint: null, keyFile: null, credentials: 'none' as const };
    const open = () => createBigQueryWarehouse({ ...settings, bucket: 'b', partitionExpirationMs: null, maximumBytesBilled: 1 });
    expect(open).toThrow('BIGQUERY_EMULATOR_HOST');
  } finally {
    if (before === undefined) delete process.env.BIGQUERY_EMULATOR_HOST;
    else process.env.BIGQUERY_EMULATOR_HOST = before;
  }
});
