import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { SoundFlowError } from '../../core/errors.ts';
import type { Row } from '../../core/ports/warehouse.ts';
import type { Api } from './client.ts';
import { labelsOf, type Labels } from './jobs.ts';
import { rowsOf, RowsAnswer, type Field } from './rows.ts';

/** Most rows that a query may give. */
const MOST_ROWS = 100_000;
const PAGE_ROWS = 10_000;

/** How long one request waits for a query; it is asked again until the query ends. */
const WAIT_MS = 10_000;

/** Bounds of what a query may cost. */
export interface QueryLimits {
  /** A query that would be billed for more bytes is refused. */
  readonly maximumBytesBilled: number;
}

/** A statement, and what it is for. */
export interface Statement {
  readonly sql: string;
  readonly labels: Labels;
}

const Answer = RowsAnswer.extend({
  jobComplete: z.boolean(),
  jobReference: z.object({ jobId: z.string() }),
  totalRows: z.string().optional(),
  numDmlAffectedRows: z.string().optional(),
});

type Answer = z.output<typeof Answer>;

/** What a statement gave: rows of a query, or how many rows it changed. */
export interface Answered {
  readonly rows: readonly Row[];
  readonly changed: number;
}

/** Runs one statement of GoogleSQL to its end. @throws BAD_REQUEST when it gives too many rows or is wrong, NOT_FOUND for an unknown table. */
export async function runStatement(api: Api, limits: QueryLimits, { sql, labels }: Statement): Promise<Answered> {
  const about = `query ${labels.step}`;
  const first = await api.send(
    { method: 'POST', path: '/queries', body: requestOf(api, limits, { sql, labels }), about },
    Answer,
  );
  const answer = await whenComplete(api, first, about);
  if (Number(answer.totalRows ?? 0) > MOST_ROWS) {
    throw new SoundFlowError(
      'BAD_REQUEST',
      `BigQuery, ${about}: ${String(answer.totalRows)} rows, at most ${String(MOST_ROWS)} are read. Add a limit or aggregate.`,
    );
  }
  return { rows: await allRows(api, answer, about), changed: Number(answer.numDmlAffectedRows ?? 0) };
}

function requestOf({ location }: Api, { maximumBytesBilled }: QueryLimits, { sql, labels }: Statement) {
  return {
    query: sql,
    useLegacySql: false,
    location,
    labels: labelsOf(labels),
    maximumBytesBilled: String(maximumBytesBilled),
    maxResults: PAGE_ROWS,
    timeoutMs: WAIT_MS,
    requestId: randomUUID(),
    formatOptions: { useInt64Timestamp: true },
  };
}

async function whenComplete(api: Api, first: Answer, about: string): Promise<Answer> {
  let answer = first;
  while (!answer.jobComplete) answer = await resultsOf(api, answer, { about });
  return answer;
}

async function allRows(api: Api, first: Answer, about: string): Promise<readonly Row[]> {
  const fields: readonly Field[] = first.schema?.fields ?? [];
  const rows = [...rowsOf(fields, first.rows)];
  for (let page = first; page.pageToken !== undefined;) {
    page = await resultsOf(api, first, { about, pageToken: page.pageToken });
    rows.push(...rowsOf(fields, page.rows));
  }
  return rows;
}

function resultsOf(
  api: Api,
  { jobReference }: Answer,
  { about, pageToken }: { readonly about: string; readonly pageToken?: string },
): Promise<Answer> {
  const query = {
    location: api.location,
    maxResults: PAGE_ROWS,
    timeoutMs: WAIT_MS,
    'formatOptions.useInt64Timestamp': true,
    ...(pageToken === undefined ? {} : { pageToken }),
  };
  return api.send({ method: 'GET', path: `/queries/${jobReference.jobId}`, query, about }, Answer);
}
