import { BigQuery } from '@google-cloud/bigquery';
import { PassThroughClient } from 'google-auth-library';
import type { z } from 'zod';
import { SoundFlowError } from '../../core/errors.ts';
import { failureOfRequest } from './failure.ts';

/** Which BigQuery, and who asks. */
export interface BigQueryPlace {
  readonly project: string;
  /** Where the datasets and the jobs are, such as `US`; part of every request about a job. */
  readonly location: string;
  /** Address of another server than Google's, such as `http://127.0.0.1:9050`; null for Google's own. */
  readonly endpoint: string | null;
  /** `google` finds the credentials as every Google client does: the file named, else those of the machine or of gcloud. */
  readonly credentials: 'none' | 'google';
  /** A service account's key or a workload identity configuration. */
  readonly keyFile: string | null;
}

/** One request of BigQuery's REST interface; `path` begins behind the project. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  readonly body?: object;
  /** What the request is about, for errors: `table staging.plays`. */
  readonly about: string;
}

/** BigQuery's REST interface in one project and location, without any retry: Temporal does that. */
export interface Api {
  readonly project: string;
  readonly location: string;
  /** Sends a request and reads its answer. @throws SoundFlowError as `failure.ts` says. */
  send<T>(request: ApiRequest, answer: z.ZodType<T>): Promise<T>;
}

const GOOGLE = 'https://bigquery.googleapis.com';

/** Longest that one request may take; requests that wait for a job ask for much less. */
const REQUEST_TIMEOUT_MS = 60_000;

/** The interface, without a request. @throws SoundFlowError BAD_SETTING when the environment would send requests elsewhere. */
export function openApi({ project, location, endpoint, credentials, keyFile }: BigQueryPlace): Api {
  const client = new BigQuery({
    projectId: project,
    location,
    apiEndpoint: endpoint ?? GOOGLE,
    retryOptions: { autoRetry: false },
    ...(credentials === 'none' ? { authClient: new PassThroughClient() } : {}),
    ...(keyFile === null ? {} : { keyFilename: keyFile }),
  });
  const expected = `${endpoint ?? GOOGLE}/bigquery/v2`;
  if (client.baseUrl !== expected) {
    throw new SoundFlowError(
      'BAD_SETTING',
      `BIGQUERY_EMULATOR_HOST: set, and jobs would go to ${client.baseUrl} instead of ${expected}. Unset it; BQ_ENDPOINT names another server.`,
    );
  }
  return { project, location, send: (request, answer) => sendOver(client, request, answer) };
}

async function sendOver<T>(client: BigQuery, request: ApiRequest, answer: z.ZodType<T>): Promise<T> {
  const { method, path, query = {}, body, about } = request;
  const content = await new Promise<unknown>((resolve, reject) => {
    client.request(
      { method, uri: path, qs: query, timeout: REQUEST_TIMEOUT_MS, ...(body === undefined ? {} : { json: body }) },
      (error, received: unknown) => {
        if (error === null) resolve(received);
        else reject(failureOfRequest(error, about));
      },
    );
  });
  const read = answer.safeParse(content);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  const where = issue === undefined ? '' : `${issue.path.join('.')}: ${issue.message}`;
  throw new SoundFlowError(
    'UNAVAILABLE',
    `BigQuery, ${about}: an answer that is none of BigQuery's: ${where}. Check BQ_ENDPOINT.`,
  );
}
