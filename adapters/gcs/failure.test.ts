import { inspect } from 'node:util';
import { SoundFlowError, type ErrorCode } from '../../core/errors.ts';
import { failureOf, statusOf, TransferError, willPass, type Request } from './failure.ts';

const REQUEST: Request = { verb: 'write', bucket: 'lake', place: 'gs://lake/a' };

function thrown(message: string, more: Readonly<Record<string, unknown>> = {}): Error {
  return Object.assign(new Error(message), more);
}

describe('what will pass', () => {
  it.each([408, 429, 500, 502, 503, 504])('an answer %i', (code) => {
    expect(willPass(thrown('busy', { code }))).toBe(true);
    expect(failureOf(thrown('busy', { code }), REQUEST)).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
  });

  it.each(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'ERR_STREAM_PREMATURE_CLOSE'])(
    'a connection that breaks with %s',
    (code) => {
      expect(willPass(thrown('broken', { code }))).toBe(true);
      expect(failureOf(thrown('broken', { code }), REQUEST).code).toBe('UNAVAILABLE');
    },
  );

  it.each<readonly [string, Error]>([
    ['a request that took too long', thrown('network timeout', { type: 'request-timeout' })],
    ['a rate limit that is called forbidden', thrown('slow down', { code: 403, errors: [{ reason: 'rateLimitExceeded' }] })],
    ['content that changed on its way', thrown('Provided CRC32C "a" doesn\'t match calculated CRC32C "b".', { code: 400 })],
    ['what the service did not say', new TransferError('no answer', { damaged: false })],
  ])('%s', (_, failure) => {
    expect(willPass(failure)).toBe(true);
    expect(failureOf(failure, REQUEST).retryable).toBe(true);
  });
});

describe('what somebody has to mend', () => {
  it.each<readonly [string, Error, ErrorCode]>([
    ['GOOGLE_APPLICATION_CREDENTIALS', thrown('Anonymous caller', { code: 401 }), 'BAD_SETTING'],
    ['storage.objects.create on lake', thrown('no access', { code: 403 }), 'BAD_SETTING'],
    ['Make the bucket lake', thrown('Not Found', { code: 404 }), 'BAD_SETTING'],
    ['answered 400: Invalid argument', thrown('Invalid argument', { code: 400 }), 'BAD_REQUEST'],
    ['gcloud auth application-default login', thrown('Could not load the default credentials.'), 'BAD_SETTING'],
    ['invalid_grant', thrown('invalid_grant: Invalid JWT Signature.'), 'BAD_SETTING'],
    ['ENOENT', thrown('ENOENT: no such file', { code: 'ENOENT' }), 'BAD_SETTING'],
  ])('says %s', (text, failure, code) => {
    expect(willPass(failure)).toBe(false);
    expect(failureOf(failure, REQUEST)).toMatchObject({ code, retryable: false, message: expect.stringContaining(text) });
  });

  it('lets an error of ours through, which is not tried again', () => {
    const ours = new SoundFlowError('UNAVAILABLE', 'no');
    expect(willPass(ours)).toBe(false);
    expect(failureOf(ours, REQUEST)).toBe(ours);
  });
});

describe('secrets', () => {
  const secrets = ['ya29.a0AfH6SECRET-token', 'eyJhbGciSECRET.eyJpc3MiSECRET.c2lnSECRET', 'MIIEvSECRETkey'];

  it.each<readonly [string, unknown]>([
    [
      'in the request that the library keeps',
      thrown('no', { code: 403, response: { headers: { authorization: `Bearer ${secrets[0] ?? ''}` } } }),
    ],
    ['in the text of the answer', thrown(`token ${secrets[0] ?? ''} and ${secrets[1] ?? ''} are bad`, { code: 401 })],
    ['in a key', thrown(`cannot read -----BEGIN PRIVATE KEY-----\n${secrets[2] ?? ''}\n-----END PRIVATE KEY-----`)],
    ['in a key that is cut off', thrown(`cannot read -----BEGIN PRIVATE KEY-----\n${secrets[2] ?? ''}`)],
    ['in a file that is no JSON', syntaxError('SECRET-of-somebody')],
    ['in something that is no error', { message: secrets[1] }],
  ])('do not get out: %s', (_, failure) => {
    expect(inspect(failureOf(failure, REQUEST), { depth: null, showHidden: true })).not.toContain('SECRET');
  });
});

describe('statusOf', () => {
  it.each([
    [thrown('x', { code: 412 }), 412],
    [thrown('x', { code: '503' }), 503],
    [thrown('x', { code: 'ECONNRESET' }), null],
    [new Error('x'), null],
    [null, null],
  ])('%p is %p', (failure, status) => {
    expect(statusOf(failure)).toBe(status);
  });
});

function syntaxError(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (failure) {
    return failure;
  }
}
