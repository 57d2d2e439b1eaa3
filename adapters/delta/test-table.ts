import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Contract } from '../../core/assets.ts';
import type { Column } from '../../core/columns.ts';
import { folderOf, parseHour, startOf, type Hour } from '../../core/hours.ts';
import type { Commit, LandedFile } from '../../core/landing/commit.ts';
import { NO_STANDING } from '../../core/landing/rules.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { chunkOf } from '../../core/records.ts';
import { createColumnarEncoder } from '../columnar/encoder.ts';
import { commitOf } from '../contract/commit-log.ts';
import { createFileStore } from '../files/object-store.ts';
import { createDeltaCommitLog } from './commit-log.ts';

const run = promisify(execFile);

const COLUMNS: readonly Column[] = [
  { name: 'song', type: 'string', required: true, description: 'Title.' },
  { name: 'plays', type: 'int64', required: false, description: 'Plays.' },
  { name: 'seconds', type: 'float64', required: false, description: 'Length.' },
  { name: 'paid', type: 'boolean', required: false, description: 'Paid for.' },
  { name: 'ts', type: 'timestamp', required: true, description: 'When.' },
];
const GROWN: readonly Column[] = [...COLUMNS, { name: 'mood', type: 'string', required: false, description: 'Mood.' }];
const FIRST_MS = Date.parse('2026-11-19T23:59:59.999Z');
const HOURS = ['00', '01', '02'].map((hour) => parseHour(`2026-11-20T${hour}`, 'test'));

/** Positions of the table's checkpoints. */
export const CHECKPOINTS = [6, 9] as const;

/** A data file to be: rows of `[from, to)` of partition 0, their songs named after `label`. */
interface Rows {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly epoch?: number;
  readonly hour: number;
  readonly mood?: string;
}

/** What each commit adds (a label and its rows) and takes away (labels), beside what it says itself. */
interface Chapter {
  readonly commit: Partial<Commit> & { readonly kind: Commit['kind'] };
  readonly hour: number;
  readonly to: number;
  readonly adds?: readonly Rows[];
  readonly removes?: readonly string[];
  readonly columns?: readonly Column[];
}

const anew = { epochs: { '0': 1 }, amendment: 9 };
const STORY: readonly Chapter[] = [
  { commit: { kind: 'create' }, hour: 0, to: 0, columns: COLUMNS },
  { commit: { kind: 'batch' }, hour: 0, to: 4, adds: [{ label: 'a', from: 0, to: 4, hour: 0 }] },
  { commit: { kind: 'batch' }, hour: 0, to: 7, adds: [{ label: 'b', from: 4, to: 6, hour: 0 }] },
  { commit: { kind: 'hour' }, hour: 1, to: 7 },
  { commit: { kind: 'loss', losses: [{ partition: 0, from: 7, to: 10, reason: 'retention', epoch: 0 }] }, hour: 1, to: 10 },
  {
    commit: { kind: 'batch' },
    hour: 1,
    to: 12,
    columns: GROWN,
    adds: [
      { label: 'c', from: 10, to: 11, hour: 1, mood: 'calm' },
      { label: 'd', from: 11, to: 12, hour: 1, mood: 'loud' },
    ],
  },
  {
    commit: { kind: 'replace', rewrites: HOURS[0] ?? null },
    hour: 1,
    to: 12,
    adds: [{ label: 'r', from: 0, to: 6, hour: 0 }],
    removes: ['a', 'b'],
  },
  {
    commit: { kind: 'compact', rewrites: HOURS[1] ?? null },
    hour: 2,
    to: 12,
    adds: [{ label: 'm', from: 10, to: 12, hour: 1, mood: 'calm' }],
    removes: ['c', 'd'],
  },
  {
    commit: { kind: 'replay', redeems: [{ partition: 0, from: 6, to: 7, epoch: 0 }] },
    hour: 2,
    to: 12,
    adds: [{ label: 'p', from: 6, to: 7, hour: 2, mood: 'late' }],
  },
  {
    commit: {
      kind: 'loss',
      losses: [{ partition: 0, from: 0, to: 12, reason: 'recreated', epoch: 0 }],
      standing: { ...NO_STANDING, ...anew },
    },
    hour: 2,
    to: 0,
  },
  {
    commit: { kind: 'batch', standing: { ...NO_STANDING, ...anew } },
    hour: 2,
    to: 2,
    adds: [{ label: 'e', from: 0, to: 2, epoch: 1, hour: 2 }],
  },
  { commit: { kind: 'batch', standing: { ...NO_STANDING, ...anew } }, hour: 2, to: 2 },
];

/** Rows of the table at every position, as a reader should give them; the columns they have. */
export const EXPECTED = STORY.map((_, position) => expectedAt(position));

/** Position of the newest commit. */
export const NEWEST = STORY.length - 1;

/** Writes a table `plays` through every kind of commit, with checkpoints, under a new folder; returns the folder. */
export async function writeTestTable(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'soundflow-delta-'));
  const store = createFileStore(root);
  const log = createDeltaCommitLog(store);
  const files = new Map<string, LandedFile>();
  for (const [position, { commit, hour, to, adds = [], removes = [], columns }] of STORY.entries()) {
    for (const rows of adds) files.set(rows.label, await land(store, rows));
    const find = (label: string): LandedFile => required(files.get(label));
    const before = position === 0 ? {} : { '0': STORY[position - 1]?.to ?? 0, '1': 0 };
    const after = { '0': to, '1': 0 };
    const named = { files: adds.map(({ label }) => find(label)), removed: removes.map((label) => find(label).path) };
    const whole = commitOf({ ...commit, ...named, position, before, after, hour: hourAt(hour) });
    await log.append('plays', whole, columns ?? null);
    if (CHECKPOINTS.some((at) => at === position)) await log.checkpoint('plays', position);
  }
  return root;
}

/** A copy of a table's folder without the files of its log that `omit` names. */
export async function copyWithout(root: string, omit: (name: string) => boolean): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'soundflow-delta-'));
  await cp(root, copy, { recursive: true });
  const log = join(copy, 'plays', '_delta_log');
  for (const name of await readdir(log)) if (omit(name)) await rm(join(log, name));
  return copy;
}

const Row = z.record(z.string(), z.unknown());

const Found = z.record(
  z.string(),
  z.object({ columns: z.array(z.string()), rows: z.array(z.record(z.string(), z.unknown())), atNewest: z.number() }),
);

/** A program that reads Delta tables; `more` is what read-table.py is given last, `env` that of its process. */
export interface Reader {
  readonly name: 'delta-rs' | 'duckdb' | 'spark';
  readonly python: string;
  readonly more?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** What a reader finds in each of the tables at each of its versions. */
export async function readTables(
  tables: readonly { readonly root: string; readonly versions: readonly number[] }[],
  { name, python, more = [], env }: Reader,
): Promise<readonly z.infer<typeof Found>[]> {
  const asked = tables.map(({ root, versions }) => ({ path: join(root, 'plays'), versions }));
  const script = [join(__dirname, 'read-table.py'), name, JSON.stringify(asked), ...more];
  const { stdout } = await run(python, script, { maxBuffer: 1 << 26, ...(env === undefined ? {} : { env }) });
  return z.array(Found).parse(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? ''));
}

/** What `readTables` must give at each of `versions`. */
export function expectedOf(versions: readonly number[]): z.infer<typeof Found> {
  return Object.fromEntries(versions.map((version) => [version, required(EXPECTED[version])]));
}

function expectedAt(position: number): z.infer<typeof Found>[string] {
  const past = STORY.slice(0, position + 1);
  const removed = new Set(past.flatMap(({ removes = [] }) => removes));
  const live = past.flatMap(({ adds = [] }) => adds).filter(({ label }) => !removed.has(label));
  const grown = past.some(({ columns }) => columns === GROWN);
  const rows = live.flatMap((file) => rowsOf(file)).map((row) => (grown ? { mood: null, ...row } : row));
  rows.sort((a, b) => Number(a._epoch) - Number(b._epoch) || Number(a._offset) - Number(b._offset));
  const newest = Math.max(...rows.map(({ ts }) => Number(ts)));
  const lineage = ['_epoch', '_kafka_partition', '_offset', '_kafka_time', '_landed_hour'];
  const columns = [...(grown ? GROWN : COLUMNS).map(({ name }) => name), ...lineage];
  return { columns, rows, atNewest: rows.filter(({ ts }) => ts === newest).length };
}

function rowsOf({ label, from, to, epoch = 0, hour, mood }: Rows): readonly Readonly<Record<string, unknown>>[] {
  return Array.from({ length: to - from }, (_, index) => {
    const offset = from + index;
    return {
      song: `${label} ${String(offset)}`,
      plays: offset % 2 === 0 ? offset : null,
      seconds: 0.5,
      paid: true,
      ts: (FIRST_MS + offset) * 1_000,
      ...(mood === undefined ? {} : { mood }),
      _epoch: epoch,
      _kafka_partition: 0,
      _offset: offset,
      _kafka_time: FIRST_MS * 1_000,
      _landed_hour: startOf(hourAt(hour)) * 1_000,
    };
  });
}

async function land(store: ObjectStore, rows: Rows): Promise<LandedFile> {
  const content = await parquetOf(rows);
  const path = `${folderOf(hourAt(rows.hour))}/${rows.label}=0-0.parquet`;
  await store.putIfAbsent(`plays/${path}`, content);
  const instant = (offset: number): string => `${new Date(FIRST_MS + offset).toISOString().slice(0, -1)}000Z`;
  const ranges = {
    _offset: { min: rows.from, max: rows.to - 1 },
    ts: { min: instant(rows.from), max: instant(rows.to - 1) },
  };
  return { path, bytes: content.length, rows: rows.to - rows.from, digest: 'ab'.repeat(32), ranges };
}

/** Small, so that a file has several pages of a column. */
const SIZES = { groupRows: 1_000, pageBytes: 10 };

/** A data file as landing writes it. */
async function parquetOf(rows: Rows): Promise<Uint8Array> {
  const columns = rows.mood === undefined ? COLUMNS : GROWN;
  const decode = (value: Uint8Array | null) =>
    ({ ok: true, row: Row.parse(JSON.parse(Buffer.from(value ?? []).toString())) }) as const;
  const contract: Contract = { columns, rules: null, decode };
  const encoder = createColumnarEncoder(new Map([['plays', contract]]), SIZES);
  const segment = encoder.open({ topic: 'plays', landedHour: hourAt(rows.hour) });
  const records = rowsOf(rows).map((row) => ({
    ...{ partition: 0, offset: Number(row._offset), timestamp: FIRST_MS },
    value: Buffer.from(JSON.stringify({ ...row, ts: Number(row.ts) / 1_000 })),
  }));
  await segment.add(chunkOf(0, records), rows.epoch ?? 0);
  const { rows: file } = await segment.finish();
  return required(file?.content);
}

function hourAt(index: number): Hour {
  return required(HOURS[index]);
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the story of the test table is not consistent');
  return value;
}
