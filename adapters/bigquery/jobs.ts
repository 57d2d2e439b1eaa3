import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { SoundFlowError } from '../../core/errors.ts';
import type { Api } from './client.ts';
import { ErrorProto, isDuplicate, isMissing } from './failure.ts';

/** How a job is waited for: the time between two looks grows from the first to the longest. */
export interface Polling {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** Looks that are frequent while a job may be short, and cheap while it is long. */
export const POLLING: Polling = { firstMs: 200, longestMs: 10_000 };

const GROWTH = 1.5;

/** A job to run: `configuration` as BigQuery's JobConfiguration, without labels. */
export interface JobRequest {
  readonly id: string;
  readonly configuration: object;
  readonly labels: Labels;
  readonly about: string;
}

/** What a job is for; shown in BigQuery's own lists and bills. */
export interface Labels {
  readonly step: string;
  readonly asset?: string;
}

const JobResource = z.object({
  status: z.object({ state: z.string(), errorResult: ErrorProto.optional() }),
  configuration: z.object({ labels: z.record(z.string(), z.string()).optional() }),
  statistics: z
    .object({
      totalBytesProcessed: z.string().optional(),
      load: z.object({ outputRows: z.string().optional() }).optional(),
    })
    .optional(),
});

/** A job that has ended. `found` says that it was begun by an earlier call. */
export interface EndedJob {
  readonly found: boolean;
  readonly error: ErrorProto | null;
  readonly labels: Readonly<Record<string, string>>;
  /** Rows that a load wrote. */
  readonly outputRows: number;
}

type JobResource = z.output<typeof JobResource>;

/** What jobs run by: the interface, how to wait, and the signal that cancels them. */
export interface JobContext {
  readonly api: Api;
  readonly polling: Polling;
  readonly signal?: AbortSignal | undefined;
}

/** Begins the job, or finds the one with its id, and waits for its end. @throws CANCELLED after having cancelled it. */
export async function runJob(context: JobContext, request: JobRequest): Promise<EndedJob> {
  const begun = await begin(context, request);
  const first = begun ?? (await getJob(context.api, request));
  return ended(await untilDone(context, request, first), begun === null);
}

/**
 * Makes sure that the job with this id never does anything from now on: one that runs is cancelled and waited for, and
 * the id of one that was not begun yet is spent.
 */
export async function fence(context: JobContext, id: string): Promise<void> {
  const request: JobRequest = {
    id,
    configuration: { query: { query: 'select 1', useLegacySql: false } },
    labels: { step: FENCE },
    about: `fence of job ${id}`,
  };
  const begun = await begin(context, request);
  const first = begun ?? (await getJob(context.api, request));
  if (begun === null && first.status.state !== 'DONE') await cancelJob(context.api, request);
  await untilDone(context, request, first);
}

const FENCE = 'fence';

/** True for what `fence` left in a job's place. */
export function isFence({ labels }: EndedJob): boolean {
  return labels.step === FENCE;
}

/** The value of a label: lower case, digits, `_` and `-`, at most 63 of them. */
export function labelValue(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]/g, '_')
    .slice(0, 63);
}

/** Labels as BigQuery takes them. */
export function labelsOf({ step, asset }: Labels): Readonly<Record<string, string>> {
  return { app: 'soundflow', step: labelValue(step), ...(asset === undefined ? {} : { asset: labelValue(asset) }) };
}

/** The job as it began; null when there was one with its id. */
async function begin({ api, signal }: JobContext, request: JobRequest): Promise<JobResource | null> {
  requireGoingOn(signal, request.about);
  const { id, configuration, labels, about } = request;
  const jobReference = { projectId: api.project, jobId: id, location: api.location };
  const body = { jobReference, configuration: { ...configuration, labels: labelsOf(labels) } };
  try {
    return await api.send({ method: 'POST', path: '/jobs', body, about }, JobResource);
  } catch (error) {
    if (isDuplicate(error)) return null;
    throw error;
  }
}

function getJob(api: Api, { id, about }: Pick<JobRequest, 'id' | 'about'>): Promise<JobResource> {
  return api.send({ method: 'GET', path: `/jobs/${id}`, query: { location: api.location }, about }, JobResource);
}

async function untilDone(context: JobContext, request: JobRequest, first: JobResource): Promise<JobResource> {
  const { api, polling, signal } = context;
  let job = first;
  for (let delay = polling.firstMs; job.status.state !== 'DONE'; delay = Math.min(delay * GROWTH, polling.longestMs)) {
    await wait(delay, undefined, { signal }).catch(() => undefined);
    if (signal?.aborted === true) await cancelJob(api, request);
    requireGoingOn(signal, request.about);
    job = await getJob(api, request);
  }
  return job;
}

async function cancelJob(api: Api, { id, about }: Pick<JobRequest, 'id' | 'about'>): Promise<void> {
  const query = { location: api.location };
  try {
    await api.send({ method: 'POST', path: `/jobs/${id}/cancel`, query, about }, z.unknown());
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

function requireGoingOn(signal: AbortSignal | undefined, about: string): void {
  if (signal?.aborted === true) throw new SoundFlowError('CANCELLED', `BigQuery, ${about}: cancelled.`, { cause: signal.reason });
}

function ended({ status, configuration, statistics }: JobResource, found: boolean): EndedJob {
  return {
    found,
    error: status.errorResult ?? null,
    labels: configuration.labels ?? {},
    outputRows: Number(statistics?.load?.outputRows ?? 0),
  };
}
