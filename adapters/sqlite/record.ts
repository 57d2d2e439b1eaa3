import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { CheckRecord, Fact, LandedHour, LedgerEntry, Materialization, RunRecord } from '../../core/ports/catalog.ts';
import type { Tables } from './schema.ts';

/** Takes down one fact. Each rule compares what is known with what is new, so that no fact counts twice and no order matters. */
export async function recordFact(db: Kysely<Tables>, fact: Fact): Promise<void> {
  switch (fact.fact) {
    case 'materialization':
      return recordMaterialization(db, fact.value);
    case 'run':
      return recordRun(db, fact.value);
    case 'check':
      return recordCheck(db, fact.value);
    case 'landedHour':
      return recordLandedHour(db, fact.value);
    case 'ledger':
      return recordLedgerEntry(db, fact.value);
    case 'folded':
      return recordFolded(db, fact.value);
  }
}

async function recordMaterialization(db: Kysely<Tables>, value: Materialization): Promise<void> {
  const row = { ...value, partition: value.partition ?? ('' as const) };
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('materializationHistory')
    .values(row)
    .onConflict((it) => it.columns(['asset', 'partition', 'version', 'run']).doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows === 0n) return;
  await db
    .insertInto('materializations')
    .values(row)
    .onConflict((it) => it.columns(['asset', 'partition']).doUpdateSet(row).whereRef('excluded.at', '>=', 'materializations.at'))
    .execute();
}

async function recordCheck(db: Kysely<Tables>, value: CheckRecord): Promise<void> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('checkHistory')
    .values(value)
    .onConflict((it) => it.columns(['asset', 'check', 'run']).doUpdateSet(value).whereRef('excluded.at', '>', 'checkHistory.at'))
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows === 0n) return;
  await db
    .insertInto('checks')
    .values(value)
    .onConflict((it) => it.columns(['asset', 'check']).doUpdateSet(value).whereRef('excluded.at', '>=', 'checks.at'))
    .execute();
}

async function recordLedgerEntry(db: Kysely<Tables>, value: LedgerEntry): Promise<void> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('ledgerHistory')
    .values(value)
    .onConflict((it) => it.columns(['topic', 'hour', 'run']).doUpdateSet(value).whereRef('excluded.at', '>', 'ledgerHistory.at'))
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows === 0n) return;
  await db
    .insertInto('ledger')
    .values(value)
    .onConflict((it) => it.columns(['topic', 'hour']).doUpdateSet(value).whereRef('excluded.at', '>=', 'ledger.at'))
    .execute();
}

/** An ended run stays ended; of two running ones the one further on stands. */
async function recordRun(db: Kysely<Tables>, value: RunRecord): Promise<void> {
  const progress = (row: 'excluded' | 'runs') => {
    const column = (name: keyof RunRecord) => sql.ref(`${row}.${name}`);
    return sql`(${column('status')} <> 'running', coalesce(${column('endedAt')}, 0), ${column('steps')}, ${column('failed')})`;
  };
  await db
    .insertInto('runs')
    .values(value)
    .onConflict((it) =>
      it
        .column('id')
        .doUpdateSet(value)
        .where(sql<boolean>`${progress('excluded')} > ${progress('runs')}`),
    )
    .execute();
}

async function recordLandedHour(db: Kysely<Tables>, value: LandedHour): Promise<void> {
  await db
    .insertInto('landedHours')
    .values(value)
    .onConflict((it) =>
      it.columns(['topic', 'hour']).doUpdateSet(value).whereRef('excluded.position', '>', 'landedHours.position'),
    )
    .execute();
}

async function recordFolded(db: Kysely<Tables>, value: Tables['folded']): Promise<void> {
  await db
    .insertInto('folded')
    .values(value)
    .onConflict((it) => it.column('topic').doUpdateSet(value).whereRef('excluded.position', '>', 'folded.position'))
    .execute();
}
