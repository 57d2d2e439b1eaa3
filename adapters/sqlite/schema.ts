import type { CreateTableBuilder, Generated, Kysely } from 'kysely';
import { sql } from 'kysely';
import { SoundFlowError } from '../../core/errors.ts';
import type { Hour } from '../../core/hours.ts';
import type { CheckRecord, LandedHour, LedgerEntry, Materialization, RunRecord } from '../../core/ports/catalog.ts';

/** A materialization as kept: a key cannot hold null, so no partition is an empty text. */
export type MaterializationRow = Omit<Materialization, 'partition'> & { readonly partition: Hour | '' };

/** Tables by name: of what has a newest there is one table of the newest and one of all. */
export interface Tables {
  readonly materializations: MaterializationRow;
  readonly materializationHistory: MaterializationRow;
  readonly runs: RunRecord & { readonly sequence: Generated<number> };
  readonly checks: CheckRecord;
  readonly checkHistory: CheckRecord;
  readonly landedHours: LandedHour;
  readonly ledger: LedgerEntry;
  readonly ledgerHistory: LedgerEntry;
  readonly folded: { readonly topic: string; readonly position: number };
  readonly schemaVersions: { readonly version: number };
}

type ColumnKind = 'text' | 'integer';

const MATERIALIZATION: Readonly<Record<keyof MaterializationRow, ColumnKind>> = {
  asset: 'text',
  partition: 'text',
  version: 'text',
  rows: 'integer',
  bytes: 'integer',
  run: 'text',
  at: 'integer',
};

const CHECK: Readonly<Record<keyof CheckRecord, ColumnKind>> = {
  asset: 'text',
  check: 'text',
  status: 'text',
  message: 'text',
  run: 'text',
  at: 'integer',
};

const LANDED_HOUR: Readonly<Record<keyof LandedHour, ColumnKind>> = {
  topic: 'text',
  hour: 'text',
  position: 'integer',
  consumed: 'integer',
  redeemed: 'integer',
  rows: 'integer',
  deadLetters: 'integer',
  lost: 'integer',
  empty: 'integer',
  bytes: 'integer',
};

const LEDGER: Readonly<Record<keyof LedgerEntry, ColumnKind>> = {
  ...LANDED_HOUR,
  loaded: 'integer',
  staged: 'integer',
  difference: 'integer',
  run: 'text',
  at: 'integer',
};

interface TableShape {
  readonly name: keyof Tables;
  readonly columns: Readonly<Record<string, ColumnKind>>;
  readonly key: readonly [string, ...string[]];
}

const FIRST: readonly TableShape[] = [
  { name: 'materializations', columns: MATERIALIZATION, key: ['asset', 'partition'] },
  { name: 'materializationHistory', columns: MATERIALIZATION, key: ['asset', 'partition', 'version', 'run'] },
  { name: 'checks', columns: CHECK, key: ['asset', 'check'] },
  { name: 'checkHistory', columns: CHECK, key: ['asset', 'check', 'run'] },
  { name: 'landedHours', columns: LANDED_HOUR, key: ['topic', 'hour'] },
  { name: 'ledger', columns: LEDGER, key: ['topic', 'hour'] },
  { name: 'ledgerHistory', columns: LEDGER, key: ['topic', 'hour', 'run'] },
  { name: 'folded', columns: { topic: 'text', position: 'integer' }, key: ['topic'] },
];

/** Changes of the schema in order; a catalogue at version n has had the first n. Append only: none is ever edited. */
const MIGRATIONS: readonly ((db: Kysely<Tables>) => Promise<void>)[] = [
  async (db) => {
    for (const shape of FIRST) await createTable(db, shape);
    await createRuns(db);
  },
];

async function createTable(db: Kysely<Tables>, { name, columns, key }: TableShape): Promise<void> {
  let table: CreateTableBuilder<string, string> = db.schema.createTable(name).modifyEnd(sql`strict`);
  for (const [column, kind] of Object.entries(columns)) table = table.addColumn(column, kind, (it) => it.notNull());
  await table.addPrimaryKeyConstraint(`${name}Key`, [...key]).execute();
}

async function createRuns(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .createTable('runs')
    .modifyEnd(sql`strict`)
    .addColumn('sequence', 'integer', (it) => it.primaryKey().autoIncrement())
    .addColumn('id', 'text', (it) => it.notNull().unique())
    .addColumn('kind', 'text', (it) => it.notNull())
    .addColumn('status', 'text', (it) => it.notNull())
    .addColumn('startedAt', 'integer', (it) => it.notNull())
    .addColumn('endedAt', 'integer')
    .addColumn('steps', 'integer', (it) => it.notNull())
    .addColumn('failed', 'integer', (it) => it.notNull())
    .addColumn('summary', 'text', (it) => it.notNull())
    .execute();
  await db.schema.createIndex('runsByStart').on('runs').columns(['startedAt', 'sequence']).execute();
}

/** Makes the changes that the schema lacks; to be called in a transaction. @throws BAD_SETTING for a newer schema. */
export async function migrate(db: Kysely<Tables>, file: string): Promise<void> {
  await db.schema
    .createTable('schemaVersions')
    .ifNotExists()
    .addColumn('version', 'integer', (it) => it.primaryKey())
    .execute();
  const { applied } = await db
    .selectFrom('schemaVersions')
    .select(({ fn }) => fn.countAll<number>().as('applied'))
    .executeTakeFirstOrThrow();
  if (applied > MIGRATIONS.length) {
    const versions = `${String(applied)}, and this SoundFlow knows ${String(MIGRATIONS.length)}`;
    const advice = 'Update SoundFlow, or move the file away: the catalogue is made again from the logs.';
    throw new SoundFlowError('BAD_SETTING', `catalog ${file}: its schema is version ${versions}. ${advice}`);
  }
  for (const [index, change] of MIGRATIONS.entries()) {
    if (index < applied) continue;
    await change(db);
    await db
      .insertInto('schemaVersions')
      .values({ version: index + 1 })
      .execute();
  }
}
