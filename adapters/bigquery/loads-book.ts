import type { Table } from '../../core/columns.ts';
import { SoundFlowError } from '../../core/errors.ts';
import { parseHour } from '../../core/hours.ts';
import type { LoadedHour, LoadedPartition, PartitionLoad } from '../../core/ports/warehouse.ts';
import type { Api } from './client.ts';
import { fence, type JobContext } from './jobs.ts';
import { runStatement, type QueryLimits } from './queries.ts';
import { instant, literal, quoted } from './sql.ts';
import { describeTable } from './tables.ts';

/** What a load runs by. */
export interface LoadContext extends JobContext {
  readonly limits: QueryLimits;
}

/** Whether the hour was being replaced by this very job already. */
export interface Claim {
  readonly resumed: boolean;
}

interface Page {
  readonly entries: number;
  readonly position: number;
  readonly job: string;
}

/** How often a page is read anew when others write on it at the same time. */
const ROUNDS = 20;

/**
 * Writes into the book that `job`, and no other, is about to replace the hour. A job that was to do so before is fenced
 * first: whoever finds its own name gone has lost the hour, and an old load cannot end after a new one.
 * @throws BAD_REQUEST when a larger position is loaded, LOCKED when others claim the hour over and over.
 */
export async function claimHour(context: LoadContext, load: PartitionLoad, job: string): Promise<Claim> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const page = await readPage(context, load);
    requireNewest(load, page);
    if (page.entries > 0 && page.job === job) return { resumed: true };
    if (page.job !== '') await fence(context, page.job);
    if (page.entries === 0) await openPage(context, load);
    else if ((await changePage(context, load, { from: page.job, set: `job = ${literal(job)}` })) === page.entries) {
      return { resumed: false };
    }
  }
  throw new SoundFlowError('LOCKED', `${describeLoad(load)}: other loads of the hour are under way. The same call works later.`);
}

/** Writes down what the hour holds now. @throws LOCKED when another load has claimed the hour since. */
export async function recordHour(
  context: LoadContext,
  load: PartitionLoad,
  done: LoadedPartition & { readonly job: string },
): Promise<void> {
  const set = `position = ${String(load.position)}, \`rows\` = ${String(done.rows)}, offset_sum = numeric ${literal(done.offsetSum)}, loaded_at = current_timestamp(), job = null`;
  if ((await changePage(context, load, { from: done.job, set })) > 0) return;
  throw new SoundFlowError('LOCKED', `${describeLoad(load)}: another load of the hour took over. The same call works later.`);
}

/** What the hours of a table were last loaded with; nothing for a table that is not there. */
export async function readLoads(api: Api, limits: QueryLimits, table: Table): Promise<readonly LoadedHour[]> {
  const book = { schema: table.schema, name: '_loads' };
  for (const name of [table, book]) if ((await describeTable(api, name)) === null) return [];
  const sql = `
    select hour, max(position) as position, max(\`rows\`) as held
    from ${quoted(book)} where table_name = ${literal(table.name)} and position is not null group by hour order by hour`;
  const { rows } = await runStatement(api, limits, { sql, labels: { step: 'loads', asset: table.name } });
  return rows.map(({ hour, position, held }) => ({
    hour: parseHour(String(hour).slice(0, 13), `${table.schema}._loads`),
    position: Number(position),
    rows: Number(held),
  }));
}

/** Table, hour and position of a load, for errors. */
export function describeLoad({ table, hour, position }: PartitionLoad): string {
  return `${table.schema}.${table.name} ${hour} at position ${String(position)}`;
}

async function readPage({ api, limits }: LoadContext, load: PartitionLoad): Promise<Page> {
  const sql = `
    select count(*) as entries, coalesce(max(position), -1) as position, coalesce(max(job), '') as job
    from ${bookOf(load)} where ${pageOf(load)}`;
  const { rows } = await runStatement(api, limits, { sql, labels: { step: 'claim', asset: load.table.name } });
  const [page] = rows;
  return { entries: Number(page?.entries), position: Number(page?.position), job: String(page?.job ?? '') };
}

function requireNewest(load: PartitionLoad, { position }: Page): void {
  if (position <= load.position) return;
  throw new SoundFlowError(
    'BAD_REQUEST',
    `${describeLoad(load)}: loaded from position ${String(position)} already, which is newer. Plan again from the head of the log.`,
  );
}

async function openPage({ api, limits }: LoadContext, load: PartitionLoad): Promise<void> {
  const key = `select ${literal(load.table.name)} as table_name, ${instant(load.hour)} as hour`;
  const sql = `
    merge ${bookOf(load)} as book using (${key}) as page on book.table_name = page.table_name and book.hour = page.hour
    when not matched then insert (table_name, hour) values (page.table_name, page.hour)`;
  await runStatement(api, limits, { sql, labels: { step: 'claim', asset: load.table.name } });
}

/** Changes the page if the job on it is still `from`; returns how many entries it changed (one, or two where two loads opened it at once). */
async function changePage(
  { api, limits }: LoadContext,
  load: PartitionLoad,
  { from, set }: { readonly from: string; readonly set: string },
): Promise<number> {
  const sql = `update ${bookOf(load)} set ${set} where ${pageOf(load)} and coalesce(job, '') = ${literal(from)}`;
  const { changed } = await runStatement(api, limits, { sql, labels: { step: 'record', asset: load.table.name } });
  return changed;
}

function bookOf({ table }: PartitionLoad): string {
  return quoted({ schema: table.schema, name: '_loads' });
}

function pageOf({ table, hour }: PartitionLoad): string {
  return `table_name = ${literal(table.name)} and hour = ${instant(hour)}`;
}
