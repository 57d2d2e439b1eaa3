import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import type { Analysis, SqlAnalyzer, SqlColumn, SqlTable } from './test-sql-analyzer.ts';

/** A query that was asked for: its SQL and labels, the bytes it may be billed for, and what the analyzer says of it. */
export interface AskedQuery {
  readonly sql: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly maximumBytesBilled: string | undefined;
  readonly analysis: Analysis;
}

/** BigQuery's REST interface before a warehouse of schemas without rows: queries are analyzed, and none is run. */
export interface AnalyzingService {
  readonly endpoint: string;
  readonly queries: readonly AskedQuery[];
  /** Columns of the tables and views there are, by `dataset.name`. */
  readonly tables: ReadonlyMap<string, readonly SqlColumn[]>;
  close(): Promise<void>;
}

interface Service {
  readonly analyzer: SqlAnalyzer;
  readonly tables: Map<string, readonly SqlColumn[]>;
  readonly views: Set<string>;
  readonly queries: AskedQuery[];
  readonly jobs: Map<string, { readonly resource: unknown; readonly columns: readonly SqlColumn[] }>;
}

interface Ask {
  readonly method: string;
  readonly project: string;
  readonly path: string;
  readonly body: unknown;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const Insert = z.object({
  jobReference: z.looseObject({ jobId: z.string() }),
  configuration: z.object({
    dryRun: z.boolean().optional(),
    labels: z.record(z.string(), z.string()).default({}),
    query: z.looseObject({ query: z.string(), maximumBytesBilled: z.string().optional() }),
  }),
});

/** Where BigQuery says that a query's rows lie. */
const ANSWERS = { datasetId: '_answers', tableId: 'rows' };

const STATEMENT_TYPES: Readonly<Record<string, string>> = {
  Query: 'SELECT',
  CreateTableAsSelect: 'CREATE_TABLE_AS_SELECT',
  CreateView: 'CREATE_VIEW',
  Merge: 'MERGE',
  Delete: 'DELETE',
  Drop: 'DROP_TABLE',
};

/** A value of each type, for the one row that every query is answered with: no test finds a fault in it. */
const NOTHING: Readonly<Record<string, string>> = {
  INT64: '0',
  FLOAT64: '0',
  NUMERIC: '0',
  BOOL: 'false',
  DATE: '1970-01-01',
  TIMESTAMP: '0',
};

/** Starts the service with tables by `dataset.name`. A query that the analyzer refuses is refused as BigQuery does, with its words. */
export async function startAnalyzingService(
  analyzer: SqlAnalyzer,
  tables: ReadonlyMap<string, readonly SqlColumn[]>,
): Promise<AnalyzingService> {
  const service: Service = { analyzer, tables: new Map(tables), views: new Set(), queries: [], jobs: new Map() };
  const server = createServer((request, response) => {
    void read(request)
      .then((ask) => answerTo(service, ask))
      .catch((error: unknown) => refusal(400, 'invalid', String(error)))
      .then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections();
      server.close(() => {
        resolve();
      });
    });
  const { port } = server.address() as AddressInfo;
  return { endpoint: `http://127.0.0.1:${String(port)}`, queries: service.queries, tables: service.tables, close };
}

async function read(request: IncomingMessage): Promise<Ask> {
  const { pathname } = new URL(request.url ?? '/', 'http://bigquery');
  const [, project = '', path = ''] = /^\/bigquery\/v2\/projects\/([^/]+)(\/.*)$/.exec(pathname) ?? [];
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  const text = Buffer.concat(chunks).toString('utf8');
  return { method: request.method ?? 'GET', project, path, body: text === '' ? null : JSON.parse(text) };
}

async function answerTo(service: Service, ask: Ask): Promise<Answer> {
  const { method, path } = ask;
  const [, kind = '', name = '', inner, table] =
    /^\/(jobs|queries|datasets)(?:\/([\w-]+))?(\/tables)?(?:\/(\w+))?$/.exec(path) ?? [];
  if (kind === 'jobs' && method === 'POST') return runQuery(service, ask);
  if (kind === 'jobs') return found(service.jobs.get(name)?.resource);
  if (kind === 'queries') return rowsOf(service, name);
  if (kind === 'datasets' && inner === undefined) return datasets(service, ask, name);
  if (kind === 'datasets' && table === undefined) return found({ tables: tablesIn(service, ask.project, name) });
  if (kind === 'datasets' && table !== undefined) return oneTable(service, ask, { datasetId: name, tableId: table });
  return refusal(501, 'notImplemented', `${method} ${path} is nothing that this service knows`);
}

async function runQuery(service: Service, { project, body }: Ask): Promise<Answer> {
  const { jobReference, configuration } = Insert.parse(body);
  const { query: sql, maximumBytesBilled } = configuration.query;
  const known = [...service.tables].map(([name, columns]): SqlTable => ({ path: [project, ...name.split('.')], columns }));
  const analysis = await service.analyzer.analyze(known, sql);
  service.queries.push({ sql, labels: configuration.labels, maximumBytesBilled, analysis });
  const { statements, error } = analysis;
  if (error !== null) {
    return refusal(400, 'invalidQuery', `${error.message} at [${String(error.line)}:${String(error.column)}]`);
  }
  if (configuration.dryRun !== true) keepTables(service, analysis);
  const columns = statements.at(-1)?.columns ?? [];
  const kind = STATEMENT_TYPES[statements[0]?.kind ?? ''] ?? 'OTHER';
  const resource = {
    kind: 'bigquery#job',
    jobReference,
    configuration: { ...configuration, query: { ...configuration.query, destinationTable: { projectId: project, ...ANSWERS } } },
    status: { state: 'DONE' },
    statistics: {
      query: {
        statementType: statements.length === 1 ? kind : 'SCRIPT',
        schema: { fields: columns },
        totalBytesProcessed: '0',
        totalBytesBilled: '0',
      },
    },
  };
  service.jobs.set(jobReference.jobId, { resource, columns });
  return { status: 200, body: resource };
}

function keepTables({ tables, views }: Service, { statements }: Analysis): void {
  for (const { kind, path, columns } of statements) {
    if (path?.length !== 3 || columns === null) continue;
    const name = path.slice(1).join('.');
    tables.set(name, columns);
    if (kind === 'CreateView') views.add(name);
  }
}

function rowsOf({ jobs }: Service, id: string): Answer {
  const job = jobs.get(id);
  if (job === undefined) return refusal(404, 'notFound', `Not found: Job ${id}`);
  const row = { f: job.columns.map(({ type }) => ({ v: NOTHING[type] ?? '' })) };
  return found({
    jobReference: { jobId: id },
    jobComplete: true,
    schema: { fields: job.columns },
    totalRows: '1',
    rows: [row],
  });
}

function datasets({ tables }: Service, { method, project, body }: Ask, name: string): Answer {
  if (method === 'POST') return found(body);
  const names = [...new Set([...tables.keys()].map((key) => key.split('.')[0] ?? ''))];
  const resource = (datasetId: string) => ({ datasetReference: { projectId: project, datasetId } });
  return found(name === '' ? { datasets: names.map(resource) } : resource(name));
}

function tablesIn({ tables, views }: Service, projectId: string, datasetId: string): readonly unknown[] {
  const names = [...tables.keys()].filter((key) => key.startsWith(`${datasetId}.`));
  return names.map((name) => ({
    tableReference: { projectId, datasetId, tableId: name.split('.')[1] },
    type: views.has(name) ? 'VIEW' : 'TABLE',
  }));
}

function oneTable({ tables, views }: Service, { method, project }: Ask, place: { datasetId: string; tableId: string }): Answer {
  const name = `${place.datasetId}.${place.tableId}`;
  const columns = place.datasetId === ANSWERS.datasetId ? [] : tables.get(name);
  if (columns === undefined) return refusal(404, 'notFound', `Not found: Table ${project}:${name}`);
  if (method === 'DELETE') tables.delete(name);
  return found({
    tableReference: { projectId: project, ...place },
    type: views.has(name) ? 'VIEW' : 'TABLE',
    schema: { fields: columns },
    numRows: '1',
    numBytes: '0',
  });
}

function found(body: unknown): Answer {
  return body === undefined || body === null ? refusal(404, 'notFound', 'Not found') : { status: 200, body };
}

function refusal(status: number, reason: string, message: string): Answer {
  return { status, body: { error: { code: status, message, errors: [{ domain: 'global', reason, message }] } } };
}
