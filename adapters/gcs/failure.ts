import { z } from 'zod';
import { SoundFlowError, type ErrorCode } from '../../core/errors.ts';
import { CREDENTIALS_ADVICE, isAboutCredentials, withoutSecrets } from '../google/credentials.ts';

/** What the client library throws: answers of the service carry a number, failed connections a name or a type. */
const Thrown = z.object({
  name: z.string().optional(),
  message: z.string(),
  code: z.union([z.number(), z.string()]).optional(),
  type: z.string().optional(),
  errors: z.array(z.object({ reason: z.string().optional() })).optional(),
});

/** A failed request: what became of it, and whether the same request may well succeed in a moment. */
interface Verdict {
  readonly code: ErrorCode;
  readonly willPass: boolean;
  readonly text: string;
}

/** The request that failed: `verb` as in "cannot write", `place` as `gs://bucket/object`. */
export interface Request {
  readonly verb: 'read' | 'write' | 'list' | 'remove';
  readonly bucket: string;
  readonly place: string;
}

/** Thrown inside the adapter for what the service did not say itself. */
export class TransferError extends Error {
  readonly damaged: boolean;

  constructor(message: string, { damaged }: { readonly damaged: boolean }) {
    super(message);
    this.name = 'TransferError';
    this.damaged = damaged;
  }
}

const PERMISSION: Readonly<Record<Request['verb'], string>> = {
  read: 'storage.objects.get',
  write: 'storage.objects.create',
  list: 'storage.objects.list',
  remove: 'storage.objects.delete',
};

const RATE_LIMITS: readonly string[] = ['rateLimitExceeded', 'userRateLimitExceeded'];

const BROKEN_CONNECTION: readonly string[] = [
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ENOTFOUND',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'ERR_STREAM_PREMATURE_CLOSE',
];

/** The status of an answer that was no success, else null. */
export function statusOf(thrown: unknown): number | null {
  const code = Thrown.safeParse(thrown).data?.code;
  const status = typeof code === 'number' ? code : Number.parseInt(code ?? '', 10);
  return Number.isNaN(status) ? null : status;
}

/** True when the same request may well succeed in a moment, as Google documents it: 408, 429, 5xx and broken connections. */
export function willPass(thrown: unknown): boolean {
  return !(thrown instanceof SoundFlowError) && verdictOf(thrown).willPass;
}

/**
 * What a failed request means to the caller. The library's error is not kept as the cause: it holds the request, and with
 * it the token it was sent with.
 */
export function failureOf(thrown: unknown, { verb, bucket, place }: Request): SoundFlowError {
  if (thrown instanceof SoundFlowError) return thrown;
  const { code, text } = verdictOf(thrown, PERMISSION[verb], bucket);
  return new SoundFlowError(code, `storage: cannot ${verb} ${place}: ${text}`, { cause: new Error(saidBy(thrown)) });
}

function verdictOf(thrown: unknown, permission = 'the permission', bucket = 'the bucket'): Verdict {
  const said = saidBy(thrown);
  if (thrown instanceof TransferError) {
    return { code: thrown.damaged ? 'DAMAGED' : 'UNAVAILABLE', willPass: true, text: said };
  }
  const status = statusOf(thrown);
  if (status !== null) return verdictOfStatus(status, thrown, { said, permission, bucket });
  const error = Thrown.safeParse(thrown).data;
  if (isBroken(error)) {
    return {
      code: 'UNAVAILABLE',
      willPass: true,
      text: `${said}. Check the network and GCS_ENDPOINT; the same call works then.`,
    };
  }
  if (error?.name === 'SyntaxError' || isAboutCredentials(said) || error?.code === 'ENOENT') {
    return { code: 'BAD_SETTING', willPass: false, text: credentialsText(error, said) };
  }
  return { code: 'UNAVAILABLE', willPass: false, text: `${said}.` };
}

function verdictOfStatus(
  status: number,
  thrown: unknown,
  { said, permission, bucket }: { readonly said: string; readonly permission: string; readonly bucket: string },
): Verdict {
  const answer = `answered ${String(status)}: ${said}`;
  const reasons = Thrown.safeParse(thrown).data?.errors?.map(({ reason }) => reason ?? '') ?? [];
  if (status === 408 || status === 429 || status >= 500 || reasons.some((reason) => RATE_LIMITS.includes(reason))) {
    return { code: 'UNAVAILABLE', willPass: true, text: `${answer}. It is tried again later.` };
  }
  if (status === 400 && /crc32c/i.test(said)) {
    return { code: 'DAMAGED', willPass: true, text: `${answer}. The content changed on its way.` };
  }
  if (status === 401) return { code: 'BAD_SETTING', willPass: false, text: credentialsText(undefined, answer) };
  if (status === 403) {
    const advice = `Grant its service account ${permission} on ${bucket} (roles/storage.objectUser holds it).`;
    return { code: 'BAD_SETTING', willPass: false, text: `${answer}. ${advice}` };
  }
  if (status === 404) {
    const advice = `Make the bucket ${bucket} (terraform apply does), or name another in GCS_BUCKET.`;
    return { code: 'BAD_SETTING', willPass: false, text: `${answer}. ${advice}` };
  }
  return { code: 'BAD_REQUEST', willPass: false, text: `${answer}. Check GCS_BUCKET and GCS_ENDPOINT.` };
}

function isBroken(error: z.infer<typeof Thrown> | undefined): boolean {
  if (error === undefined) return false;
  if (typeof error.code === 'string' && BROKEN_CONNECTION.includes(error.code)) return true;
  return (
    ['request-timeout', 'body-timeout', 'invalid-json'].includes(error.type ?? '') ||
    /premature close|socket hang up|aborted/i.test(error.message)
  );
}

/** The text of a file that is no JSON is part of the parser's message, and may be a secret. */
function credentialsText(error: z.infer<typeof Thrown> | undefined, said: string): string {
  const what = error?.name === 'SyntaxError' ? 'the file with the credentials is no JSON' : said;
  return `${what}. ${CREDENTIALS_ADVICE}`;
}

/** What was said, on one line, without anything that looks like a secret. */
function saidBy(thrown: unknown): string {
  const error = Thrown.safeParse(thrown).data;
  if (error?.name === 'SyntaxError') return 'no JSON';
  return withoutSecrets(error?.message ?? String(thrown));
}
