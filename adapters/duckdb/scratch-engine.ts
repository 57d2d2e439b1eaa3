import type { DuckDBConnection } from '@duckdb/node-api';
import { DuckDBInstance } from '@duckdb/node-api';
import { createTurns } from '../../core/turns.ts';
import { openScratch, type Scratch } from './scratch.ts';

/** Rows are sorted and joined within this; what does not fit goes to the scratch folder. */
const MEMORY = '400MB';

/** A database in memory that stays open until the process ends, because opening one takes longer than a small file, and a folder to work in. */
export interface ScratchEngine {
  readonly scratch: Scratch;
  /** Works on a connection of its own, one piece of work after the other: each takes as much memory as a group of rows does. */
  withConnection<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T>;
}

/**
 * Opens one; `scratchDir` as openScratch takes it. With one thread DuckDB's result depends on its input alone.
 * @throws UNAVAILABLE
 */
export async function openScratchEngine(scratchDir: string | null): Promise<ScratchEngine> {
  const scratch = await openScratch(scratchDir);
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    memory_limit: MEMORY,
    temp_directory: scratch.newFile('-spill'),
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const turns = createTurns();
  return {
    scratch,
    withConnection: (work) =>
      turns('', async () => {
        const connection = await instance.connect();
        try {
          await connection.run("set TimeZone = 'UTC'");
          return await work(connection);
        } finally {
          connection.closeSync();
        }
      }),
  };
}

/** Gives what `open` made the first time; a failed try is not kept. */
export function once<T>(open: () => Promise<T>): () => Promise<T> {
  let opened: Promise<T> | null = null;
  return () => {
    opened ??= open().catch((failure: unknown) => {
      opened = null;
      throw failure;
    });
    return opened;
  };
}
