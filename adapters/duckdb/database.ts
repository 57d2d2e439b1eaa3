import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { DuckDBInstance } from '@duckdb/node-api';
import { createTurns } from '../../core/turns.ts';
import { failureOf } from './failure.ts';

/** How a database is opened: writers alone, readers together; readers reach no file but the database. */
export type Access = 'write' | 'read';

/** Work on an open database. */
export type Work<T> = (connection: DuckDBConnection) => Promise<T>;

/** No extension is ever fetched: what we use is built in. */
const OFFLINE = { autoinstall_known_extensions: 'false', autoload_known_extensions: 'false' };

const OPTIONS: Readonly<Record<Access, Record<string, string>>> = {
  write: { ...OFFLINE, access_mode: 'READ_WRITE' },
  read: { ...OFFLINE, access_mode: 'READ_ONLY', enable_external_access: 'false' },
};

/**
 * The file's lock belongs to the process: it keeps no two sessions of one process apart, and closing one of them would
 * give it up for the other. So they take turns.
 */
const turns = createTurns();

/**
 * Opens the database file, works, and closes it again also when the work fails, which undoes an open transaction.
 * Calls for one file wait for each other within this process. @throws LOCKED while another process has it, NOT_FOUND, UNAVAILABLE
 */
export async function withDatabase<T>(
  { file, access }: { readonly file: string; readonly access: Access },
  work: Work<T>,
): Promise<T> {
  const path = resolve(file);
  return turns(path, async () => {
    try {
      if (access === 'write') await mkdir(dirname(path), { recursive: true });
      return await withInstance(path, OPTIONS[access], async (connection) => {
        const result = await work(connection);
        // Closing would write the log into the file on this thread; asked for, it is done on another.
        if (access === 'write') await connection.run('checkpoint');
        return result;
      });
    } catch (cause) {
      throw failureOf(cause, path);
    }
  });
}

/** Works on an empty database in memory, which may read files. */
export async function withMemory<T>(work: Work<T>): Promise<T> {
  return withInstance(':memory:', OFFLINE, work);
}

async function withInstance<T>(path: string, options: Record<string, string>, work: Work<T>): Promise<T> {
  const instance = await DuckDBInstance.create(path, options);
  try {
    const connection = await instance.connect();
    try {
      await connection.run("set TimeZone = 'UTC'");
      return await work(connection);
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}
