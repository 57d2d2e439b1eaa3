import { MockActivityEnvironment } from '@temporalio/testing';
import { hourOf } from '../core/hours.ts';
import { BEGUN, openLandingTable, play, type LandingTable } from '../tests/fixtures/landing-table.ts';
import { createAmendHour } from './amend-hour.ts';
import { sweepTopic } from './sweep-topic.ts';
import { verifyTopic } from './verify-topic.ts';

const WEEK_MS = 7 * 24 * 3_600_000;

async function landed(): Promise<LandingTable> {
  const table = openLandingTable();
  await table.tick(BEGUN);
  table.eventLog.append({ topic: table.topic, partition: 0, values: [play(0), 'a misfit', play(1)] });
  await table.tick(BEGUN);
  return table;
}

const verify = ({ deps, topic }: LandingTable) => verifyTopic(deps, topic, () => undefined);

/** The one file of rows and the one of dead letters. */
async function filesOf({ deps, topic }: LandingTable) {
  const commit = await deps.commits.read(topic, 1);
  return { rows: `${topic}/${commit?.files[0]?.path ?? ''}`, deadLetters: `${topic}/${commit?.deadLetters[0]?.path ?? ''}` };
}

async function replaceBy({ deps }: LandingTable, path: string, content: Uint8Array | null): Promise<void> {
  await deps.objects.remove(path);
  if (content !== null) await deps.objects.putIfAbsent(path, content);
}

describe('verifying a table', () => {
  it('finds a sound one sound', async () => {
    expect(await verify(await landed())).toEqual({ commits: 2, files: 2, rows: 2, problems: [], replaced: [] });
  });

  it('tells a file that is gone, and what mends it', async () => {
    const table = await landed();
    const { rows, deadLetters } = await filesOf(table);
    await replaceBy(table, rows, null);
    await replaceBy(table, deadLetters, null);
    expect((await verify(table)).problems).toEqual([
      expect.stringMatching(
        /^2026\/11\/20\/10\/.*: it is missing \(soundflow lake rebuild --topic listen_events --from 2026-11-20T10 --to 2026-11-20T11\)$/,
      ),
      expect.stringMatching(/^_dead_letters\/2026\/11\/20\/10\/.*: it is missing \(soundflow lake rebuild/),
    ]);
  });

  it('tells a byte that was changed, and a file that was cut off or is another one', async () => {
    const table = await landed();
    const { rows, deadLetters } = await filesOf(table);
    const content = Buffer.from((await table.deps.objects.get(rows)) ?? []);
    content[content.length >> 1] = (content[content.length >> 1] ?? 0) ^ 1;
    await replaceBy(table, rows, content);
    expect((await verify(table)).problems.join()).toContain('its content has digest');
    await replaceBy(table, rows, content.subarray(0, 100));
    expect((await verify(table)).problems.join()).toMatch(/it has 100 bytes.*it is no whole Parquet file/);
    await replaceBy(table, rows, await table.deps.objects.get(deadLetters));
    expect((await verify(table)).problems.join()).toContain('it has 1 rows, the log says 2');
  });

  it('tells a commit that is missing below the head, or cannot be read', async () => {
    const table = await landed();
    await table.tick(BEGUN + WEEK_MS);
    const path = `${table.topic}/_delta_log/00000000000000000001.json`;
    await replaceBy(table, path, Buffer.from('{"torn":'));
    expect((await verify(table)).problems.join()).toContain(path);
  });
});

describe('mending a table', () => {
  it('takes a rebuilt hour for sound, and still tells of the file that was replaced', async () => {
    const table = await landed();
    await table.tick(BEGUN + 3_600_000);
    const { rows } = await filesOf(table);
    await replaceBy(table, rows, Buffer.from('damaged'));
    expect((await verify(table)).problems).not.toEqual([]);
    const hour = { kind: 'rebuild', topic: table.topic, hour: hourOf(BEGUN), now: BEGUN + 3_600_000 } as const;
    await new MockActivityEnvironment().run(createAmendHour(table.deps), hour);
    expect(await verify(table)).toMatchObject({
      rows: 2,
      problems: [],
      replaced: [expect.stringContaining('7 bytes'), expect.anything(), expect.anything()],
    });
    expect(await table.offsets()).toEqual(['0/0/0', '0/0/2']);
  });
});

describe('sweeping a table', () => {
  it('removes what no commit names once it is a week old, and nothing else', async () => {
    const table = await landed();
    const { deps, topic } = table;
    const { rows, deadLetters } = await filesOf(table);
    const orphan = `${topic}/2026/11/20/10/1-0-0123456789abcdef.parquet`;
    await deps.objects.putIfAbsent(orphan, Buffer.from('left behind'));
    const sweep = (ageMs: number, dryRun = false) => sweepTopic({ ...deps, now: () => Date.now() + ageMs }, topic, { dryRun });
    expect(await sweep(WEEK_MS - 60_000)).toMatchObject({ removed: [], young: 1 });
    expect(await sweep(WEEK_MS + 60_000, true)).toMatchObject({
      removed: ['2026/11/20/10/1-0-0123456789abcdef.parquet'],
      bytes: 11,
    });
    expect(await deps.objects.get(orphan)).not.toBeNull();
    expect(await sweep(WEEK_MS + 60_000)).toMatchObject({ removed: ['2026/11/20/10/1-0-0123456789abcdef.parquet'] });
    expect(await deps.objects.get(orphan)).toBeNull();
    for (const path of [rows, deadLetters]) expect(await deps.objects.get(path)).not.toBeNull();
    expect((await verify(table)).problems).toEqual([]);
  });
});
