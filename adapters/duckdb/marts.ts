import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SoundFlowError } from '../../core/errors.ts';
import type { Row } from '../../core/ports/warehouse.ts';
import { withMemory } from './database.ts';
import { failureOf, isSystemError, textOf } from './failure.ts';
import { publishedName } from './publish.ts';
import { readRows } from './rows.ts';
import { identifier, literal, parseTableName } from './sql.ts';

/** Which rows: `orderBy` is column names, each with `desc` behind it or not (`plays desc, song`); all rows without `limit`. */
export interface MartQuery {
  readonly orderBy?: string;
  readonly limit?: number;
}

/** Reads published tables by their `schema.name`; never waits for whoever writes the warehouse. */
export interface MartReader {
  /** Rows of a table. @throws NOT_FOUND when it is not published yet, BAD_REQUEST for a column it does not have. */
  read(table: string, query?: MartQuery): Promise<readonly Row[]>;
  /** How many rows a table has. @throws NOT_FOUND when it is not published yet. */
  count(table: string): Promise<number>;
  /** Names of all published tables, ascending. */
  tables(): Promise<readonly string[]>;
}

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
    read: async (table, query = {}) => select(table, { what: '*', tail: orderClause(query) + limitClause(query) }),
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

function orderClause({ orderBy }: MartQuery): string {
  if (orderBy === undefined) return '';
  const terms = orderBy.split(',').map((term) => {
    const [, column, direction = ''] = /^\s*(\w+)(?:\s+(asc|desc))?\s*$/i.exec(term) ?? [];
    if (column !== undefined) return `${identifier(column)} ${direction} nulls last`;
    throw new SoundFlowError(
      'BAD_REQUEST',
      `orderBy: ${JSON.stringify(term)} is not a column. Write for example plays desc, song.`,
    );
  });
  return ` order by ${terms.join(', ')}`;
}

function limitClause({ limit }: MartQuery): string {
  if (limit === undefined) return '';
  if (Number.isSafeInteger(limit) && limit >= 0) return ` limit ${String(limit)}`;
  throw new SoundFlowError('BAD_REQUEST', `limit: ${String(limit)} is not a number of rows. Write a whole number from 0.`);
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
