import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CamelCasePlugin, Kysely, SqliteDialect } from 'kysely';
import Database from 'libsql';
import type { Tables } from './schema.ts';
import { migrate } from './schema.ts';

/** A file, and how long to wait for another process that writes to it, in milliseconds. */
export interface DatabasePlace {
  readonly file: string;
  readonly patienceMs: number;
}

/** An open catalogue: `write` runs work in a transaction that has the right to write from its start, and undoes it when it throws. */
export interface OpenDatabase {
  readonly db: Kysely<Tables>;
  readonly write: (work: (transaction: Kysely<Tables>) => Promise<void>) => Promise<void>;
}

/** Opens the file, made with its folder when missing, with an up-to-date schema. */
export async function openDatabase({ file, patienceMs }: DatabasePlace): Promise<OpenDatabase> {
  await mkdir(dirname(file), { recursive: true });
  const database = new Database(file);
  try {
    database.pragma(`busy_timeout = ${String(patienceMs)}`);
    database.pragma('journal_mode = wal');
    database.pragma('synchronous = normal');
    const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database }), plugins: [new CamelCasePlugin()] });
    const open = { db, write: createWriter(database, db) };
    await open.write((transaction) => migrate(transaction, file));
    return open;
  } catch (cause) {
    database.close();
    throw cause;
  }
}

/**
 * A statement that met a lock stays unfinished in libsql until it is collected, and no commit succeeds before that. So
 * the lock is taken here, by `exec`, which finishes what it began; later statements of the transaction meet none.
 */
function createWriter(database: Database.Database, db: Kysely<Tables>): OpenDatabase['write'] {
  return (work) =>
    db.connection().execute(async (connection) => {
      database.exec('begin immediate');
      try {
        await work(connection);
        database.exec('commit');
      } catch (cause) {
        if (database.inTransaction) database.exec('rollback');
        throw cause;
      }
    });
}
