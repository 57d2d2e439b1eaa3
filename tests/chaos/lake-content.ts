import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { z } from 'zod';
import type { Commit, Head } from '../../core/landing/commit.ts';
import { EMPTY_LOG, headOf, whyNotFollowing } from '../../core/landing/rules.ts';
import type { CommitLog } from '../../core/ports/commit-log.ts';
import { eventIn, nameOf } from './ledger.ts';

/** How a lake differs from what it must hold: at most a few of each kind, named. */
export interface Differences {
  readonly missing: readonly string[];
  readonly doubled: readonly string[];
  readonly invented: readonly string[];
}

const SHOWN = 5;
const Place = z.object({ _epoch: z.coerce.number(), _kafka_partition: z.coerce.number(), _offset: z.coerce.number() });
const Row = Place.extend({ itemInSession: z.coerce.number() });
const Letter = Place.extend({ raw: z.string().nullable() });

/** Every commit of a topic's log, in order. @throws when one may not follow the one before. */
export async function followedLog(commits: CommitLog, topic: string): Promise<readonly Commit[]> {
  const newest = await commits.newest(topic, 0);
  const all: Commit[] = [];
  let head: Head = EMPTY_LOG;
  for await (const commit of commits.range(topic, 0, newest?.position ?? -1)) {
    const why = whyNotFollowing(head, commit);
    if (why !== null) throw new Error(`commit ${String(commit.position)} of ${topic} breaks the rules: ${why}`);
    all.push(commit);
    head = headOf(commit);
  }
  return all;
}

/** What the files that commits name hold, rows and dead letters, as `epoch/partition/offset=event`, once for each time it is there. */
export async function eventsInLake(table: string, log: readonly Commit[]): Promise<readonly string[]> {
  const rows = log.flatMap(({ files }) => files.map(({ path }) => join(table, path)));
  const letters = log.flatMap(({ deadLetters }) => deadLetters.map(({ path }) => join(table, path)));
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  const read = async (files: readonly string[], columns: string) => {
    if (files.length === 0) return [];
    const list = files.map((file) => `'${file}'`).join(', ');
    const found = await connection.runAndReadAll(`select ${columns} from read_parquet([${list}], hive_partitioning = false)`);
    return found.getRowObjectsJson();
  };
  try {
    const landed = z.array(Row).parse(await read(rows, '_epoch, _kafka_partition, _offset, "itemInSession"'));
    const rejected = z.array(Letter).parse(await read(letters, '_epoch, _kafka_partition, _offset, decode(raw) as raw'));
    return [
      ...landed.map((row) => nameOf({ ...placeOf(row), event: row.itemInSession })),
      ...rejected.map((letter) => nameOf({ ...placeOf(letter), event: eventIn(letter.raw) })),
    ];
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function placeOf({ _epoch, _kafka_partition, _offset }: z.infer<typeof Place>) {
  return { epoch: _epoch, partition: _kafka_partition, offset: _offset };
}

/** What of `wanted` was not found, and what was found twice or not wanted. */
export function differences(wanted: readonly string[], found: readonly string[]): Differences {
  const [want, have] = [new Set(wanted), new Set<string>()];
  const doubled = found.filter((name) => have.has(name) || !have.add(name));
  const missing = wanted.filter((name) => !have.has(name));
  const invented = [...have].filter((name) => !want.has(name));
  return { missing: shown(missing), doubled: shown(doubled), invented: shown(invented) };
}

function shown(names: readonly string[]): readonly string[] {
  return names.length <= SHOWN ? names : [...names.slice(0, SHOWN), `and ${String(names.length - SHOWN)} more`];
}

const Counted = z.object({ rows: z.int(), places: z.int() });

/** How many rows delta-rs, which knows nothing of us, reads in a table, and how many places in the broker they name. `python` has it. */
export async function countByDeltaRs(table: string, python: string): Promise<z.infer<typeof Counted>> {
  const { stdout } = await promisify(execFile)(python, ['tests/chaos/count-rows.py', table]);
  return Counted.parse(JSON.parse(stdout));
}
