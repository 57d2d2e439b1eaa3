import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SoundFlowError } from '../../core/errors.ts';
import { tailOf, type MartReader } from '../../core/ports/marts.ts';
import type { Row } from '../../core/ports/warehouse.ts';
import { withMemory } from './database.ts';
import { failureOf, isSystemError, textOf } from './failure.ts';
import { publishedName } from './publish.ts';
import { readRows } from './rows.ts';
import { identifier, literal, parseTableName } from './sql.ts';

/** Reads the Parquet files that a warehouse published in `publishDir`. */
export function createMartReader(publishDir: string): MartReader {
  const root = resolve(publishDir);

  async function select(table: string, clause: { readonly what: string; readonly tail: string }): Promise<readonly Row[]> {
    parseTableName(table);
    const file = join(root, publishedName(table));
    try {
      return await withMemory((connection) =>
        readRows(connection, `select ${clause.what} from read_parquet(${literal(file)})${clause.tail}`),
      );
    } catch (cause) {
      throw textOf(cause).includes('No files found') ? notPublished(table, cause) : failureOf(cause, file);
    }
  }

  return {
    read: async (table, query = {}) => select(table, { what: '*', tail: tailOf(query, identifier) }),
    async count(table) {
      const [row] = await select(table, { what: 'count(*) as total', tail: '' });
      return Number(row?.total);
    },
    async tables() {
      const names = await namesIn(root);
      return names.flatMap((name) => /^(\w+\.\w+)\.parquet$/.exec(name)?.[1] ?? []).sort();
    },
  };
}

function notPublished(table: string, cause: unknown): SoundFlowError {
  return new SoundFlowError('NOT_FOUND', `${table} is not published yet. The first marts come a few minutes after npm start.`, {
    cause,
  });
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    if (isSystemError(cause, 'ENOENT')) return [];
    throw new SoundFlowError('UNAVAILABLE', `marts: cannot list ${folder}: ${textOf(cause)}. Check its permissions.`, {
      cause,
    });
  }
}
