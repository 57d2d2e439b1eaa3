import { z } from 'zod';
import { LINEAGE } from '../../core/columns.ts';
import type { Commit } from '../../core/landing/commit.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { commitOf } from '../contract/commit-log.ts';
import { readParquet } from '../contract/parquet-rows.ts';
import { createMemoryStore } from '../memory/object-store.ts';
import { createDeltaCommitLog } from './commit-log.ts';
import { checkpointPath, commitPath } from './log-files.ts';

const DAY_MS = 86_400_000;
const START = Date.parse('2026-11-20T00:00:00Z');
const POINTER = 'plays/_delta_log/_last_checkpoint';

const file = (label: string) => ({ path: `2026/11/20/00/${label}=0.parquet`, bytes: 9, rows: 2, digest: 'ab', ranges: {} });
const pathsOf = (labels: string): readonly string[] => Array.from(labels, (label) => file(label).path);

/** A log of one commit for each of `changes`: the files it adds and those it removes, a letter each, and the days since the start. */
async function logOf(changes: readonly (readonly [adds: string, removes: string, day: number])[]) {
  const store = createMemoryStore();
  const log = createDeltaCommitLog(store);
  for (const [position, [adds, removes, day]] of changes.entries()) {
    const kind: Commit['kind'] = position === 0 ? 'create' : 'replace';
    const files = Array.from(adds, file);
    const commit = commitOf({
      position,
      kind,
      at: START + day * DAY_MS,
      files,
      removed: pathsOf(removes),
      after: { '0': position },
    });
    await log.append('plays', commit, position === 0 ? LINEAGE : null);
  }
  return { store, log };
}

/** A struct as DuckDB gives it. */
const OfFile = z.object({ entries: z.object({ path: z.string() }) });

async function actionsOf(store: ObjectStore, position: number) {
  const rows = await readParquet(await store.get(checkpointPath('plays', position)));
  const labels = (name: 'add' | 'remove'): string =>
    rows.flatMap((row) => (row[name] === null ? [] : OfFile.parse(row[name]).entries.path.slice(14, 15))).join('');
  return { rows, adds: labels('add'), removes: labels('remove') };
}

async function pointerOf(store: ObjectStore): Promise<unknown> {
  return JSON.parse(Buffer.from((await store.get(POINTER)) ?? 'null').toString());
}

describe('a checkpoint', () => {
  it('holds one action for each file, progress, schema and protocol, the newest of each', async () => {
    const { store, log } = await logOf([
      ['', '', 0],
      ['ab', '', 0],
      ['c', 'ab', 0],
      ['d', '', 0],
    ]);
    await log.checkpoint('plays', 3);
    const { rows, adds, removes } = await actionsOf(store, 3);
    expect([adds, removes]).toEqual(['cd', 'ab']);
    expect(rows).toHaveLength(7);
    for (const row of rows) expect(Object.values(row).filter((action) => action !== null)).toHaveLength(1);
    expect(await pointerOf(store)).toMatchObject({ version: 3, size: 7, numOfAddFiles: 2 });
  });

  it('is the same whether made from the one before or from the commits alone', async () => {
    const changes = [
      ['', '', 0],
      ['abc', '', 1],
      ['d', 'ab', 2],
      ['e', 'd', 3],
      ['f', '', 4],
    ] as const;
    const [alone, built] = [await logOf(changes), await logOf(changes)];
    await alone.log.checkpoint('plays', 4);
    for (const position of [0, 2, 3, 4]) await built.log.checkpoint('plays', position);
    const whole = (await actionsOf(alone.store, 4)).rows;
    expect((await actionsOf(built.store, 4)).rows).toEqual(whole);
  });

  it('needs none of the commits before the one it is made from', async () => {
    const { store, log } = await logOf([
      ['', '', 0],
      ['a', '', 0],
      ['b', '', 0],
    ]);
    await log.checkpoint('plays', 1);
    for (const position of [0, 1]) await store.remove(commitPath('plays', position));
    await log.checkpoint('plays', 2);
    expect((await actionsOf(store, 2)).adds).toBe('ab');
  });

  it('forgets what was removed more than 7 days before its commit', async () => {
    const { store, log } = await logOf([
      ['', '', 0],
      ['ab', '', 0],
      ['', 'a', 1],
      ['', 'b', 2],
      ['c', '', 8],
      ['d', '', 9],
    ]);
    await log.checkpoint('plays', 4);
    expect((await actionsOf(store, 4)).removes).toBe('ab');
    await log.checkpoint('plays', 5);
    expect(await actionsOf(store, 5)).toMatchObject({ adds: 'cd', removes: 'b' });
  });

  it('is pointed at unless there is a newer one, also when it was there before', async () => {
    const { store, log } = await logOf([
      ['', '', 0],
      ['a', '', 0],
      ['b', '', 0],
    ]);
    await log.checkpoint('plays', 2);
    await log.checkpoint('plays', 1);
    expect(await pointerOf(store)).toMatchObject({ version: 2 });
    await store.remove(POINTER);
    await log.checkpoint('plays', 2);
    expect(await pointerOf(store)).toMatchObject({ version: 2, numOfAddFiles: 2 });
  });

  it('says which checkpoint before it is damaged, and is made without it once that is gone', async () => {
    const { store, log } = await logOf([
      ['', '', 0],
      ['a', '', 0],
    ]);
    await store.putIfAbsent(checkpointPath('plays', 0), Buffer.from('PAR1 but no more'));
    await expect(log.checkpoint('plays', 1)).rejects.toMatchObject({
      code: 'DAMAGED',
      message: expect.stringContaining('00000000000000000000.checkpoint.parquet'),
    });
    await store.remove(checkpointPath('plays', 0));
    await log.checkpoint('plays', 1);
    expect((await actionsOf(store, 1)).adds).toBe('a');
  });

  it('is not made of a log with a hole, or with a commit that cannot be read', async () => {
    const { store, log } = await logOf([
      ['', '', 0],
      ['a', '', 0],
      ['b', '', 0],
    ]);
    await store.remove(commitPath('plays', 1));
    await expect(log.checkpoint('plays', 2)).rejects.toMatchObject({ code: 'BAD_LOG' });
    await store.putIfAbsent(commitPath('plays', 1), Buffer.from('{}\n'));
    await expect(log.checkpoint('plays', 2)).rejects.toMatchObject({ code: 'BAD_LOG' });
    expect(await store.get(checkpointPath('plays', 2))).toBeNull();
  });
});

describe('a log of which only a checkpoint and the commits after it are left', () => {
  it('is read from any position it has, and refused from any it lost', async () => {
    const { store, log } = await logOf(Array.from({ length: 5 }, () => ['', '', 0] as const));
    await log.checkpoint('plays', 2);
    for (const position of [0, 1, 2]) await store.remove(commitPath('plays', position));
    expect((await log.newest('plays', 3))?.position).toBe(4);
    expect(await log.newest('plays', 5)).toBeNull();
    for (const lost of [0, 1, 2]) await expect(log.newest('plays', lost)).rejects.toMatchObject({ code: 'BAD_LOG' });
  });
});
