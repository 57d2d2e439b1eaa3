import { request } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { z } from 'zod';

/** What the emulator answered. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** The emulator's REST interface in one project. */
export interface Upstream {
  send(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Runs a statement and gives the first column of its first row, as text. */
  run(sql: string): Promise<string>;
  /** Columns of a table by name, with their types. */
  columns(dataset: string, table: string): Promise<ReadonlyMap<string, string>>;
}

const Rows = z.object({
  errors: z.array(z.object({ message: z.string() })).optional(),
  rows: z.array(z.object({ f: z.array(z.object({ v: z.unknown() })) })).optional(),
});

const TableResource = z.object({ schema: z.object({ fields: z.array(z.object({ name: z.string(), type: z.string() })) }) });

/** The emulator at `endpoint`. */
export function upstreamOf(endpoint: string, project: string): Upstream {
  async function send(method: string, path: string, body?: unknown): Promise<Answer> {
    const url = `${endpoint}/bigquery/v2/projects/${project}${path}`;
    const { status, text } = await exchange(url, method, body === undefined ? '' : JSON.stringify(body));
    return { status, body: text === '' ? {} : JSON.parse(text) };
  }
  return {
    send,
    async run(sql) {
      const { rows, errors } = Rows.parse((await send('POST', '/queries', { query: sql, useLegacySql: false })).body);
      if (errors !== undefined) throw new Error(`${sql}: ${errors.map(({ message }) => message).join('; ')}`);
      return String(rows?.[0]?.f[0]?.v);
    },
    async columns(dataset, table) {
      const { body } = await send('GET', `/datasets/${dataset}/tables/${table}`);
      return new Map(TableResource.parse(body).schema.fields.map(({ name, type }) => [name, type]));
    },
  };
}

/** A connection each: the emulator closes those that it thinks idle, just when they are used again. */
function exchange(url: string, method: string, body: string): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sent = request(url, { method, headers, agent: false }, (answer) => {
      textOf(answer).then((text) => {
        resolve({ status: answer.statusCode ?? 0, text });
      }, reject);
    });
    sent.on('error', reject).end(body);
  });
}
