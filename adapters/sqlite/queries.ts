import type { Kysely } from 'kysely';
import type { CheckRecord, LandedHour, LedgerEntry, Materialization, RunRecord } from '../../core/ports/catalog.ts';
import type { Tables } from './schema.ts';

/** Position that a topic's log was folded up to, or -1. */
export async function readFolded(db: Kysely<Tables>, topic: string): Promise<number> {
  const row = await db.selectFrom('folded').select('position').where('topic', '=', topic).executeTakeFirst();
  return row?.position ?? -1;
}

/** Landed hours of a topic, ascending. */
export async function readLandedHours(db: Kysely<Tables>, topic: string): Promise<readonly LandedHour[]> {
  return db.selectFrom('landedHours').selectAll().where('topic', '=', topic).orderBy('hour').execute();
}

/** The newest materialization of each partition, ascending by asset and partition. */
export async function readMaterializations(db: Kysely<Tables>, asset?: string): Promise<readonly Materialization[]> {
  const all = db.selectFrom('materializations').selectAll().orderBy('asset').orderBy('partition');
  const rows = await (asset === undefined ? all : all.where('asset', '=', asset)).execute();
  return rows.map((row) => ({ ...row, partition: row.partition === '' ? null : row.partition }));
}

/** Runs, newest first. */
export async function readRuns(db: Kysely<Tables>, limit: number): Promise<readonly RunRecord[]> {
  return db
    .selectFrom('runs')
    .select(['id', 'kind', 'status', 'startedAt', 'endedAt', 'steps', 'failed', 'summary'])
    .orderBy('startedAt', 'desc')
    .orderBy('sequence', 'desc')
    .limit(limit)
    .execute();
}

/** The newest outcome of each check, ascending by asset and check. */
export async function readChecks(db: Kysely<Tables>): Promise<readonly CheckRecord[]> {
  return db.selectFrom('checks').selectAll().orderBy('asset').orderBy('check').execute();
}

/** The newest ledger entries, ascending by topic and hour. */
export async function readLedger(db: Kysely<Tables>): Promise<readonly LedgerEntry[]> {
  return db.selectFrom('ledger').selectAll().orderBy('topic').orderBy('hour').execute();
}
