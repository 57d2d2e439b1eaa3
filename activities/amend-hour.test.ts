import { MockActivityEnvironment } from '@temporalio/testing';
import { z } from 'zod';
import { topic } from '../assets/define.ts';
import { addHours, hourOf, type Hour } from '../core/hours.ts';
import type { AmendedHour, AmendmentKind } from '../core/landing/amendment.ts';
import { foldCommits } from '../core/landing/fold.ts';
import type { Commit } from '../core/landing/commit.ts';
import { BEGUN, openLandingTable, play, type LandingTable } from '../tests/fixtures/landing-table.ts';
import { createAmendHour } from './amend-hour.ts';
import { createPlanAmendment } from './plan-amendment.ts';

const HOUR_MS = 3_600_000;
const HOUR = hourOf(BEGUN);
const MISFIT = '{"no":"play"}';

function amend({ deps, topic: key }: LandingTable, kind: AmendmentKind, hour: Hour = HOUR): Promise<AmendedHour> {
  return new MockActivityEnvironment().run(createAmendHour(deps), { kind, topic: key, hour, now: BEGUN + 2 * HOUR_MS });
}

async function allCommits({ deps, topic: key }: LandingTable): Promise<readonly Commit[]> {
  const commits: Commit[] = [];
  for await (const commit of deps.commits.range(key, 0, (await deps.commits.newest(key, 0))?.position ?? -1))
    commits.push(commit);
  return commits;
}

/** A table whose first hour has two batches of two plays and a misfit each, closed by the next hour. */
async function closedHour(table = openLandingTable()): Promise<LandingTable> {
  await table.tick(BEGUN);
  for (const item of [0, 10]) {
    table.eventLog.append({ topic: table.topic, partition: 0, values: [play(item), MISFIT, play(item + 1)] });
    await table.tick(BEGUN);
  }
  await table.tick(BEGUN + HOUR_MS);
  return table;
}

const ROWS = ['0/0/0', '0/0/2', '0/0/3', '0/0/5'];

describe('rebuilding a closed hour', () => {
  it('puts the same offsets in place of its files, also when a file was damaged', async () => {
    const table = await closedHour();
    const [, , third] = await allCommits(table);
    const damaged = `${table.topic}/${third?.files[0]?.path ?? ''}`;
    await table.deps.objects.remove(damaged);
    await table.deps.objects.putIfAbsent(damaged, Buffer.from('not Parquet'));
    expect(await amend(table, 'rebuild')).toMatchObject({
      position: 4,
      message: expect.stringContaining('4 rows and 2 dead letters'),
    });
    expect(await table.offsetsOf(HOUR)).toEqual(ROWS);
    expect((await allCommits(table)).at(-1)).toMatchObject({
      kind: 'replace',
      rewrites: HOUR,
      removed: [expect.any(String), expect.any(String)],
      counts: { consumed: 6, rows: 4, deadLetters: 2 },
    });
  });

  it('is refused for an open hour, and before anything is written when the broker lacks a part', async () => {
    const table = await closedHour();
    await expect(amend(table, 'rebuild', addHours(HOUR, 1))).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringContaining('open'),
    });
    table.eventLog.truncateTo(table.topic, 0, 4);
    const wanted = { kind: 'rebuild', topic: table.topic, from: HOUR, to: addHours(HOUR, 1) } as const;
    await expect(createPlanAmendment(table.deps)(wanted)).rejects.toMatchObject({
      code: 'DATA_LOSS',
      message: expect.stringContaining('[0, 6)'),
    });
    await expect(amend(table, 'rebuild')).rejects.toMatchObject({ code: 'DATA_LOSS' });
    expect(await allCommits(table)).toHaveLength(4);
  });

  it('lands nothing again that a replay landed elsewhere', async () => {
    const strict = openLandingTable();
    const table = await closedHour(strict);
    const lenient = withLenientContract(table);
    expect(await amend(lenient, 'replay')).toMatchObject({ message: '2 dead letters became rows' });
    await lenient.tick(BEGUN + 3 * HOUR_MS);
    expect(await amend(lenient, 'rebuild')).toMatchObject({ message: expect.stringContaining('4 rows and 2 dead letters') });
    expect(await lenient.offsets()).toEqual(['0/0/0', '0/0/1', '0/0/2', '0/0/3', '0/0/4', '0/0/5']);
    expect(await amend(lenient, 'rebuild', hourOf(BEGUN + 2 * HOUR_MS))).toMatchObject({
      message: expect.stringContaining('2 rows'),
    });
    expect(await lenient.offsets()).toEqual(['0/0/0', '0/0/1', '0/0/2', '0/0/3', '0/0/4', '0/0/5']);
  });
});

describe('compacting a closed hour', () => {
  it('joins its files into one with the same rows, and changes nothing that is counted', async () => {
    const table = await closedHour();
    const before = foldCommits(table.topic, [], await allCommits(table));
    expect(await amend(table, 'compact')).toMatchObject({ position: 4, message: '2 files became 1, 4 rows' });
    expect(await table.offsetsOf(HOUR)).toEqual(ROWS);
    expect(foldCommits(table.topic, [], await allCommits(table))).toEqual(before);
    expect(await amend(table, 'compact')).toMatchObject({ position: null });
  });

  it('can be followed by a rebuild and again by a compaction', async () => {
    const table = await closedHour();
    await amend(table, 'compact');
    await amend(table, 'rebuild');
    expect(await table.offsetsOf(HOUR)).toEqual(ROWS);
    expect(await amend(table, 'compact')).toMatchObject({ position: null });
  });

  it('says which file is not there', async () => {
    const table = await closedHour();
    const path = (await allCommits(table))[1]?.files[0]?.path ?? '';
    await table.deps.objects.remove(`${table.topic}/${path}`);
    await expect(amend(table, 'compact')).rejects.toMatchObject({ code: 'DAMAGED', message: expect.stringContaining(path) });
  });
});

/** The same table under a contract that takes anything with a name in it. */
function withLenientContract(table: LandingTable): LandingTable {
  const anything = topic({
    key: table.topic,
    description: 'Anything.',
    event: z.object({ no: z.string().optional().describe('A field.'), artist: z.string().optional().describe('Artist.') }),
  });
  const { eventLog, commits, objects, catalog } = table.deps;
  return openLandingTable({ eventLog, commits, objects, catalog }, { asset: anything });
}

describe('replaying dead letters', () => {
  it('lands what is good by the contract of today into the open hour, once, and lists it', async () => {
    const table = withLenientContract(await closedHour());
    expect(await amend(table, 'replay')).toMatchObject({ position: 4, message: '2 dead letters became rows' });
    expect(await table.offsetsOf(hourOf(BEGUN + 2 * HOUR_MS))).toEqual(['0/0/1', '0/0/4']);
    expect((await allCommits(table)).at(-1)).toMatchObject({
      kind: 'replay',
      redeems: [
        { epoch: 0, partition: 0, from: 1, to: 2 },
        { epoch: 0, partition: 0, from: 4, to: 5 },
      ],
      counts: { redeemed: 2, rows: 2 },
    });
    expect(await amend(table, 'replay')).toMatchObject({ position: null, message: 'nothing to do' });
    expect(await table.offsets()).toEqual(['0/0/0', '0/0/1', '0/0/2', '0/0/3', '0/0/4', '0/0/5']);
  });

  it('leaves what still fits no contract where it is', async () => {
    const table = await closedHour();
    expect(await amend(table, 'replay')).toMatchObject({ position: null });
  });

  it('lets one of two replays at once win, and the other find nothing left', async () => {
    const table = withLenientContract(await closedHour());
    const outcomes = await Promise.all([amend(table, 'replay'), amend(table, 'replay')]);
    expect(outcomes.map(({ position }) => position).sort()).toEqual([4, null]);
    expect(await table.offsets()).toEqual(['0/0/0', '0/0/1', '0/0/2', '0/0/3', '0/0/4', '0/0/5']);
  });

  it('goes on when landing commits in between', async () => {
    const table = withLenientContract(await closedHour());
    const { deps } = table;
    let landed = false;
    const racing = openLandingTable(
      {
        ...deps,
        commits: {
          ...deps.commits,
          append: async (key, commit, columns) => {
            if (!landed && commit.kind === 'replay') {
              landed = true;
              await table.tick(BEGUN + 2 * HOUR_MS);
            }
            return deps.commits.append(key, commit, columns);
          },
        },
      },
      { asset: [...deps.topics.values()][0] },
    );
    expect(await amend(racing, 'replay')).toMatchObject({ position: 5 });
    expect(await table.offsets()).toEqual(['0/0/0', '0/0/1', '0/0/2', '0/0/3', '0/0/4', '0/0/5']);
  });
});
