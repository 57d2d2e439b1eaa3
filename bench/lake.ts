import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { z } from 'zod';
import { SoundFlowError } from '../core/errors.ts';

/** Parquet files, by path. */
export type Files = readonly string[];

/** What files hold: rows, how many different (partition, offset) are among them, and their size. */
export interface Holding {
  readonly rows: number;
  readonly distinct: number;
  readonly bytes: number;
}

const Action = z.object({ add: z.object({ path: z.string() }).optional() });
const Counted = z.tuple([z.bigint(), z.bigint()]);

/** The files that a table's Delta log names: read as any reader would, without our code. A `remove` is not expected here. */
export function filesOfTable(table: string): Files {
  const log = join(table, '_delta_log');
  const commits = readdirSync(log).filter((name) => /^\d{20}\.json$/.test(name));
  const actions = commits.flatMap((name) => readFileSync(join(log, name), 'utf8').trim().split('\n'));
  return actions.flatMap((line) => {
    const { add } = Action.parse(JSON.parse(line));
    return add === undefined ? [] : [join(table, ...add.path.split('/').map(decodeURIComponent))];
  });
}

/** The Parquet files in a folder, at any depth. */
export function filesIn(folder: string): Files {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.parquet')).map((name) => join(folder, name));
}

/** Counts what the files hold, with a DuckDB of our own. */
export async function holdingOf(files: Files): Promise<Holding> {
  if (files.length === 0) return { rows: 0, distinct: 0, bytes: 0 };
  const instance = await DuckDBInstance.create(':memory:', { threads: '2', autoinstall_known_extensions: 'false' });
  const connection = await instance.connect();
  try {
    const list = files.map((file) => `'${file.replaceAll("'", "''")}'`).join(', ');
    const sql = `select count(*), count(distinct _kafka_partition * 1000000000000 + _offset) from read_parquet([${list}], hive_partitioning = false)`;
    const answer = await connection.runAndReadAll(sql);
    const [rows, distinct] = Counted.parse(answer.getRows()[0]);
    return { rows: Number(rows), distinct: Number(distinct), bytes: files.reduce((sum, file) => sum + statSync(file).size, 0) };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** @throws LEDGER when not every event expected is there exactly once. */
export function requireAll(who: string, { rows, distinct }: Holding, expected: number): void {
  if (rows === expected && distinct === expected) return;
  const found = `${String(rows)} rows with ${String(distinct)} different offsets`;
  throw new SoundFlowError(
    'LEDGER',
    `${who}: ${found} were landed of ${String(expected)} events. Its speed means nothing; find out which are missing.`,
  );
}
