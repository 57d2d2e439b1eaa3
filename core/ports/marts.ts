import { SoundFlowError } from '../errors.ts';
import type { Row } from './warehouse.ts';

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

/** Order and limit of a query as the end of a statement; `quote` writes a column's name. @throws BAD_REQUEST */
export function tailOf({ orderBy, limit }: MartQuery, quote: (column: string) => string): string {
  return orderClause(orderBy, quote) + limitClause(limit);
}

function orderClause(orderBy: string | undefined, quote: (column: string) => string): string {
  if (orderBy === undefined) return '';
  const terms = orderBy.split(',').map((term) => {
    const [, column, direction = ''] = /^\s*(\w+)(?:\s+(asc|desc))?\s*$/i.exec(term) ?? [];
    if (column !== undefined) return `${quote(column)} ${direction} nulls last`;
    throw new SoundFlowError(
      'BAD_REQUEST',
      `orderBy: ${JSON.stringify(term)} is not a column. Write for example plays desc, song.`,
    );
  });
  return ` order by ${terms.join(', ')}`;
}

function limitClause(limit: number | undefined): string {
  if (limit === undefined) return '';
  if (Number.isSafeInteger(limit) && limit >= 0) return ` limit ${String(limit)}`;
  throw new SoundFlowError('BAD_REQUEST', `limit: ${String(limit)} is not a number of rows. Write a whole number from 0.`);
}
