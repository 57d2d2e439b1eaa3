import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { copyPartition, loadPartition, type JobEnd } from './test-partitions.ts';
import { upstreamOf, type Answer, type Upstream } from './test-upstream.ts';

/** A request as it came; `path` begins behind the project. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** What befalls a request. */
export type Fault =
  /** BigQuery refuses it. */
  | { readonly status: number; readonly reason: string }
  /** The connection breaks and BigQuery never hears of it. */
  | 'cut before'
  /** BigQuery has done what was asked, and the connection breaks. */
  | 'cut after'
  /** The job is taken, and fails. */
  | { readonly jobFails: string }
  /** The job is taken, and begins when this resolves. */
  | { readonly jobWaits: Promise<unknown> };

/** BigQuery, as far as this project uses it. */
export interface TestService {
  readonly endpoint: string;
  readonly seen: readonly Seen[];
  close(): Promise<void>;
}

/** The emulator's address, the folder it reads `gs://` from, and what goes wrong. */
export interface TestServiceOptions {
  readonly upstream: string;
  readonly root: string;
  readonly faultOf?: (seen: Seen) => Fault | null;
  /** How often a job that has ended is said to be running still. */
  readonly looks?: number;
}

interface Job {
  readonly id: string;
  readonly configuration: unknown;
  end: JobEnd | null;
  looks: number;
}

const Insert = z.object({
  jobReference: z.object({ jobId: z.string() }),
  configuration: z.looseObject({ load: z.unknown().optional(), copy: z.unknown().optional(), dryRun: z.boolean().optional() }),
});

const JobResource = z.object({
  status: z.object({ errorResult: z.object({ reason: z.string(), message: z.string() }).optional() }),
  statistics: z.looseObject({}).optional(),
});

const QueryAnswer = z.object({
  schema: z.object({ fields: z.array(z.unknown()) }),
  errors: z.array(z.object({ reason: z.string(), message: z.string() })),
});

/**
 * Stands before the emulator and adds what BigQuery does and the emulator does not: hours of tables by decorator, ids of
 * jobs that can be used once, jobs that take time and can be cancelled, and whatever can go wrong on the way.
 */
export async function startTestService({
  upstream,
  root,
  faultOf = () => null,
  looks = 1,
}: TestServiceOptions): Promise<TestService> {
  const seen: Seen[] = [];
  const jobs = new Map<string, Job>();
  const server = createServer((request, response) => {
    void serve(request, response).catch((error: unknown) => {
      if (error instanceof Cut) request.socket.destroy();
      else respond(response, refusal(500, 'internalError', String(error)));
    });
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { project, one } = await read(request);
    seen.push(one);
    const fault = faultOf(one);
    if (fault === 'cut before') throw new Cut();
    if (fault !== null && typeof fault === 'object' && 'status' in fault) {
      respond(response, refusal(fault.status, fault.reason, `refused with ${fault.reason}, on purpose`));
      return;
    }
    const answer = await answerTo({ jobs, root, looks, upstream: upstreamOf(upstream, project) }, one, fault);
    if (fault === 'cut after') throw new Cut();
    respond(response, answer);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections();
      server.close(() => {
        resolve();
      });
    });
  return { endpoint: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, seen, close };
}

class Cut extends Error {}

interface Service {
  readonly jobs: Map<string, Job>;
  readonly root: string;
  readonly looks: number;
  readonly upstream: Upstream;
}

async function answerTo(service: Service, one: Seen, fault: Fault | null): Promise<Answer> {
  const { jobs, upstream } = service;
  if (one.method === 'POST' && one.path === '/jobs') return insert(service, one, fault);
  const [, id, action] = /^\/jobs\/([\w-]+)(\/cancel)?$/.exec(one.path) ?? [];
  const job = jobs.get(id ?? '');
  if (job !== undefined) {
    if (action !== undefined) job.end ??= { errorResult: { reason: 'stopped', message: 'Job execution was cancelled.' } };
    return { status: 200, body: action === undefined ? resourceOf(job) : { job: resourceOf(job) } };
  }
  const search = new URLSearchParams(one.query).toString();
  const answer = await upstream.send(one.method, `${one.path}${search === '' ? '' : `?${search}`}`, one.body ?? undefined);
  if (one.path === '/queries') return asRefused(answer);
  const [, dataset, table] = /^\/datasets\/(\w+)\/tables\/(\w+)$/.exec(one.path) ?? [];
  if (dataset === undefined || table === undefined || answer.status !== 200) return answer;
  if (one.method === 'PATCH') await addColumns(upstream, { dataset, table }, one.body);
  return one.method === 'GET' ? counted(upstream, answer, `\`${dataset}\`.\`${table}\``) : answer;
}

async function insert({ jobs, root, looks, upstream }: Service, { body }: Seen, fault: Fault | null): Promise<Answer> {
  const { jobReference, configuration } = Insert.parse(body);
  if (configuration.dryRun === true) return dryRun(await upstream.send('POST', '/jobs', body));
  const id = jobReference.jobId;
  if (jobs.has(id)) return refusal(409, 'duplicate', `Already Exists: Job ${id}`);
  const job: Job = { id, configuration, end: null, looks };
  jobs.set(id, job);
  const run = async (): Promise<JobEnd> => {
    if (configuration.load !== undefined) return loadPartition(upstream, root, configuration.load);
    if (configuration.copy !== undefined) return copyPartition(upstream, configuration.copy);
    const answer = await upstream.send('POST', '/jobs', body);
    const { status, statistics = {} } = JobResource.parse(answer.body);
    return { statistics, ...(status.errorResult === undefined ? {} : { errorResult: status.errorResult }) };
  };
  if (fault !== null && typeof fault === 'object' && 'jobWaits' in fault) {
    void fault.jobWaits.then(async () => (job.end ??= await run()));
  } else if (fault !== null && typeof fault === 'object' && 'jobFails' in fault) {
    job.end = { errorResult: { reason: fault.jobFails, message: `failed with ${fault.jobFails}, on purpose` } };
  } else {
    job.end = await run();
  }
  return { status: 200, body: resourceOf(job) };
}

/** A dry run makes no job, and says at once what the emulator says further down. */
function dryRun({ status, body }: Answer): Answer {
  const read = z.looseObject({ statistics: z.object({ query: z.object({ totalBytesProcessed: z.string() }) }) }).safeParse(body);
  if (!read.success) return { status, body };
  return { status, body: { ...read.data, statistics: read.data.statistics.query } };
}

function resourceOf(job: Job): unknown {
  const { id, configuration, end } = job;
  const isDone = end !== null && job.looks <= 0;
  job.looks -= 1;
  const status = isDone
    ? { state: 'DONE', ...(end.errorResult === undefined ? {} : { errorResult: end.errorResult }) }
    : { state: 'RUNNING' };
  return {
    kind: 'bigquery#job',
    jobReference: { jobId: id },
    configuration,
    status,
    statistics: isDone ? (end.statistics ?? {}) : {},
  };
}

/**
 * The emulator answers a wrong query with success and errors; BigQuery refuses it. For a dataset that is missing it says what
 * BigQuery says of somebody else's project; in one's own, it is not found.
 */
function asRefused(answer: Answer): Answer {
  const read = QueryAnswer.safeParse(answer.body);
  const [error] = read.data?.errors ?? [];
  if (error === undefined || (read.data?.schema.fields.length ?? 0) > 0) return answer;
  const isMissing = error.reason === 'notFound' || error.message.includes('or perhaps it does not exist');
  return refusal(isMissing ? 404 : 400, isMissing ? 'notFound' : error.reason, error.message);
}

/** The emulator counts the rows of a table at loads only. */
async function counted(upstream: Upstream, { status, body }: Answer, table: string): Promise<Answer> {
  const numRows = await upstream.run(`select count(*) from ${table}`);
  return { status, body: { ...z.looseObject({}).parse(body), numRows } };
}

/** The emulator takes down columns that are added, and does not add them. */
async function addColumns(
  upstream: Upstream,
  { dataset, table }: { dataset: string; table: string },
  body: unknown,
): Promise<void> {
  const { schema } = z
    .object({ schema: z.object({ fields: z.array(z.object({ name: z.string(), type: z.string() })) }) })
    .parse(body);
  for (const { name, type } of schema.fields) {
    await upstream.run(`alter table \`${dataset}\`.\`${table}\` add column if not exists \`${name}\` ${SQL_TYPE[type] ?? type}`);
  }
}

const SQL_TYPE: Readonly<Record<string, string>> = { INTEGER: 'INT64', FLOAT: 'FLOAT64', BOOLEAN: 'BOOL' };

async function read(request: IncomingMessage): Promise<{ project: string; one: Seen }> {
  const url = new URL(request.url ?? '/', 'http://bigquery');
  const [, project = '', path = ''] = /^\/bigquery\/v2\/projects\/([^/]+)(\/.*)$/.exec(url.pathname) ?? [];
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  const text = Buffer.concat(chunks).toString('utf8');
  const body: unknown = text === '' ? null : JSON.parse(text);
  return { project, one: { method: request.method ?? 'GET', path, query: Object.fromEntries(url.searchParams), body } };
}

function refusal(status: number, reason: string, message: string): Answer {
  return { status, body: { error: { code: status, message, errors: [{ domain: 'global', reason, message }] } } };
}

function respond(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
