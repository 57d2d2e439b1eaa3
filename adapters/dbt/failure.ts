import { SoundFlowError, type ErrorCode } from '../../core/errors.ts';

interface Failure {
  readonly said: RegExp;
  /** What the whole build throws, so that it is tried again; null where a model's failure is a result. */
  readonly code: ErrorCode | null;
  readonly advice: string;
}

const LATER = 'The same build works later, and goes on where this one failed.';

/** What warehouses say through dbt, which passes on their words and not their reasons. The first that fits holds. */
const FAILURES: readonly Failure[] = [
  {
    said: /Could not set lock on file|Conflicting lock is held/,
    code: 'LOCKED',
    advice: 'The warehouse is open elsewhere; try again when that has ended.',
  },
  { said: /exceeded rate limits|rateLimitExceeded/i, code: 'UNAVAILABLE', advice: LATER },
  {
    said: /quota exceeded|exceeded (?:your )?quota|quotaExceeded/i,
    code: 'UNAVAILABLE',
    advice: 'It works when the quota is renewed, at the latest within a day; the next run catches up.',
  },
  { said: /could not serialize access|transaction is aborted due to concurrent update/i, code: 'UNAVAILABLE', advice: LATER },
  {
    said: /retrying (?:the job )?may solve the problem|please (?:try again|retry)|backendError|internalError|job(?:Backend|Internal)Error/i,
    code: 'UNAVAILABLE',
    advice: LATER,
  },
  {
    said: /\b50[0234] (?:GET|POST)\b|Service Unavailable|Bad Gateway|Gateway Timeout|Connection (?:aborted|reset|refused)|Max retries exceeded|RemoteDisconnected|Read timed out/i,
    code: 'UNAVAILABLE',
    advice: LATER,
  },
  {
    said: /limit for bytes billed|bytesBilledLimitExceeded/i,
    code: null,
    advice: 'Raise BQ_MAXIMUM_BYTES_BILLED, or read fewer partitions or columns.',
  },
  {
    said: /Access Denied|accessDenied|Permission .* denied|does not have .* permission/i,
    code: null,
    advice:
      'Grant the account roles/bigquery.jobUser on the project and roles/bigquery.dataEditor on the datasets (terraform apply does).',
  },
  {
    said: /default credentials were not found|invalid_grant|Unable to acquire impersonated credentials|Failed to authenticate/i,
    code: null,
    advice:
      'Name a key or a workload identity configuration in GOOGLE_APPLICATION_CREDENTIALS, or run gcloud auth application-default login.',
  },
  {
    said: /Not found: Dataset/i,
    code: null,
    advice: 'Check GCP_PROJECT and BQ_LOCATION; terraform apply makes the datasets.',
  },
  {
    said: /Resources exceeded|too much (?:CPU|memory)|resourcesExceeded/i,
    code: null,
    advice: 'The query takes too much for what it reads: see its sorts and joins first.',
  },
  {
    said: /source and target schemas on this incremental model are out of sync/,
    code: null,
    advice: 'Build once with `npm run tools -- dbt build --full-refresh --select <model>+`.',
  },
];

/** The error of a build that came upon something that passes by itself, or undefined when `messages` tell of no such thing. */
export function passingFailure(messages: readonly string[]): SoundFlowError | undefined {
  for (const message of messages) {
    const failure = failureOf(message);
    if (failure !== undefined && failure.code !== null) {
      return new SoundFlowError(failure.code, `dbt: ${message.trim()}. ${failure.advice}`);
    }
  }
  return undefined;
}

/** A message of a warehouse, followed by what to do where that is known. */
export function advised(message: string): string {
  const failure = failureOf(message);
  return failure === undefined ? message : `${message.trimEnd()} ${failure.advice}`;
}

function failureOf(message: string): Failure | undefined {
  return FAILURES.find(({ said }) => said.test(message));
}
