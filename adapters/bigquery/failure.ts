import { z } from 'zod';
import { SoundFlowError, type ErrorCode } from '../../core/errors.ts';
import { CREDENTIALS_ADVICE, isAboutCredentials, withoutSecrets } from '../google/credentials.ts';

/** A reason and a message as BigQuery gives them, in answers and in jobs. */
export const ErrorProto = z.object({ reason: z.string().optional(), message: z.string().optional() });

/** Both of them. */
export type ErrorProto = z.output<typeof ErrorProto>;

interface Verdict {
  readonly code: ErrorCode;
  readonly advice: string;
}

const LATER = 'The same call works later.';
const AGAIN = 'It is tried again with a new job.';
const GRANT =
  'Grant the account roles/bigquery.jobUser on the project and roles/bigquery.dataEditor on the dataset (terraform apply does).';

/** What each of BigQuery's reasons means to the caller. */
const VERDICTS: Readonly<Record<string, Verdict>> = {
  rateLimitExceeded: { code: 'UNAVAILABLE', advice: LATER },
  jobRateLimitExceeded: { code: 'UNAVAILABLE', advice: AGAIN },
  quotaExceeded: {
    code: 'UNAVAILABLE',
    advice: 'It works when the quota is renewed, at the latest within a day; the next run catches up.',
  },
  backendError: { code: 'UNAVAILABLE', advice: LATER },
  internalError: { code: 'UNAVAILABLE', advice: LATER },
  jobBackendError: { code: 'UNAVAILABLE', advice: AGAIN },
  jobInternalError: { code: 'UNAVAILABLE', advice: AGAIN },
  tableUnavailable: { code: 'UNAVAILABLE', advice: LATER },
  timeout: { code: 'UNAVAILABLE', advice: AGAIN },
  stopped: { code: 'UNAVAILABLE', advice: `Somebody cancelled it. ${AGAIN}` },
  duplicate: { code: 'UNAVAILABLE', advice: LATER },
  resourceInUse: { code: 'LOCKED', advice: LATER },
  accessDenied: { code: 'BAD_SETTING', advice: GRANT },
  authError: { code: 'BAD_SETTING', advice: CREDENTIALS_ADVICE },
  invalidUser: { code: 'BAD_SETTING', advice: CREDENTIALS_ADVICE },
  billingNotEnabled: { code: 'BAD_SETTING', advice: 'Enable billing for the project GCP_PROJECT names.' },
  blocked: { code: 'BAD_SETTING', advice: "Google has blocked it for this project: ask Google's support." },
  notFound: { code: 'NOT_FOUND', advice: 'Check GCP_PROJECT and BQ_LOCATION; terraform apply makes the datasets.' },
  bytesBilledLimitExceeded: {
    code: 'BAD_REQUEST',
    advice: 'Ask for fewer partitions or columns, or raise BQ_MAXIMUM_BYTES_BILLED.',
  },
  billingTierLimitExceeded: { code: 'BAD_REQUEST', advice: 'The query takes too much computing for what it reads: simplify it.' },
  resourcesExceeded: { code: 'BAD_REQUEST', advice: 'Split the query; see its sorts and its joins first.' },
  responseTooLarge: { code: 'BAD_REQUEST', advice: 'Ask for fewer rows, or write them to a table.' },
  invalidQuery: { code: 'BAD_REQUEST', advice: 'Correct the query.' },
  invalid: { code: 'BAD_REQUEST', advice: 'Correct what was asked.' },
  badRequest: { code: 'BAD_REQUEST', advice: 'Correct what was asked.' },
  notImplemented: { code: 'BAD_REQUEST', advice: 'BigQuery does not do that.' },
};

/** What the client library throws: answers of the service carry a number, failed connections a name. */
const Thrown = z.object({
  name: z.string().optional(),
  message: z.string(),
  code: z.union([z.number(), z.string()]).optional(),
  errors: z.array(ErrorProto).optional(),
});

/** What an answer with this status means when it gives no reason we know. */
function verdictOfStatus(status: number): Verdict {
  if (status === 408 || status === 429 || status >= 500) return { code: 'UNAVAILABLE', advice: LATER };
  if (status === 401) return { code: 'BAD_SETTING', advice: CREDENTIALS_ADVICE };
  if (status === 403) return { code: 'BAD_SETTING', advice: GRANT };
  if (status === 404) return { code: 'NOT_FOUND', advice: 'Check GCP_PROJECT, BQ_LOCATION and BQ_ENDPOINT.' };
  if (status === 409) return { code: 'UNAVAILABLE', advice: LATER };
  return { code: 'BAD_REQUEST', advice: 'Check GCP_PROJECT, BQ_LOCATION and BQ_ENDPOINT.' };
}

/** A failed request as an error of ours. The library's own is not kept: it holds the request, and with it a token. */
export function failureOfRequest(thrown: unknown, about: string): SoundFlowError {
  const error = Thrown.safeParse(thrown).data;
  const said = withoutSecrets(error?.errors?.[0]?.message ?? error?.message ?? String(thrown));
  const reason = error?.errors?.[0]?.reason;
  const status = Number(error?.code);
  const known = reason === undefined ? undefined : VERDICTS[reason];
  if (known !== undefined) return failure(known, { about, reason, said, status });
  if (Number.isInteger(status)) return failure(verdictOfStatus(status), { about, reason, said, status });
  if (error?.name === 'SyntaxError')
    return failure({ code: 'BAD_SETTING', advice: CREDENTIALS_ADVICE }, { about, said: 'no JSON' });
  if (isAboutCredentials(said) || /ENOENT/i.test(said))
    return failure({ code: 'BAD_SETTING', advice: CREDENTIALS_ADVICE }, { about, said });
  return failure({ code: 'UNAVAILABLE', advice: 'Check the network and BQ_ENDPOINT.' }, { about, said });
}

/** Why a job failed, as an error of ours; `codes` says what a reason means for this job where that is another thing. */
export function failureOfJob(
  { reason = 'unknown', message = 'no message' }: ErrorProto,
  about: string,
  codes: Readonly<Record<string, ErrorCode>> = {},
): SoundFlowError {
  const known = VERDICTS[reason] ?? { code: 'UNAVAILABLE', advice: AGAIN };
  return failure({ ...known, code: codes[reason] ?? known.code }, { about, reason, said: withoutSecrets(message) });
}

function failure(
  { code, advice }: Verdict,
  { about, reason, said, status }: { about: string; reason?: string | undefined; said: string; status?: number },
): SoundFlowError {
  const why = [status === undefined || Number.isNaN(status) ? [] : String(status), reason ?? []].flat().join(' ');
  const text = `BigQuery, ${about}: ${why === '' ? '' : `${why}: `}${said}. ${advice}`;
  return new ServiceError(code, text, { reason: reason ?? null, status: Number.isInteger(status) ? (status ?? null) : null });
}

/** A SoundFlowError that still knows what BigQuery said. */
class ServiceError extends SoundFlowError {
  readonly reason: string | null;
  readonly status: number | null;

  constructor(code: ErrorCode, message: string, said: { readonly reason: string | null; readonly status: number | null }) {
    super(code, message);
    this.reason = said.reason;
    this.status = said.status;
  }
}

/** True when what was to be made was there already. */
export function isDuplicate(thrown: unknown): boolean {
  return thrown instanceof ServiceError && (thrown.reason === 'duplicate' || thrown.status === 409);
}

/** True when what was asked for is not there. */
export function isMissing(thrown: unknown): boolean {
  return thrown instanceof ServiceError && thrown.code === 'NOT_FOUND';
}
