import { failureOfJob, failureOfRequest, isDuplicate, isMissing } from './failure.ts';

/** What the client library throws for an answer of the service. */
function answered(status: number, reason?: string, message = 'said by BigQuery.'): Error {
  return Object.assign(new Error(message), { code: status, errors: reason === undefined ? [] : [{ reason, message }] });
}

describe('a refused request', () => {
  it.each([
    [403, 'rateLimitExceeded', 'UNAVAILABLE'],
    [403, 'quotaExceeded', 'UNAVAILABLE'],
    [503, 'backendError', 'UNAVAILABLE'],
    [500, 'internalError', 'UNAVAILABLE'],
    [400, 'jobBackendError', 'UNAVAILABLE'],
    [400, 'jobInternalError', 'UNAVAILABLE'],
    [400, 'jobRateLimitExceeded', 'UNAVAILABLE'],
    [409, 'duplicate', 'UNAVAILABLE'],
    [400, 'resourceInUse', 'LOCKED'],
    [403, 'accessDenied', 'BAD_SETTING'],
    [401, 'authError', 'BAD_SETTING'],
    [403, 'billingNotEnabled', 'BAD_SETTING'],
    [403, 'blocked', 'BAD_SETTING'],
    [404, 'notFound', 'NOT_FOUND'],
    [400, 'bytesBilledLimitExceeded', 'BAD_REQUEST'],
    [400, 'billingTierLimitExceeded', 'BAD_REQUEST'],
    [400, 'resourcesExceeded', 'BAD_REQUEST'],
    [403, 'responseTooLarge', 'BAD_REQUEST'],
    [400, 'invalidQuery', 'BAD_REQUEST'],
    [400, 'invalid', 'BAD_REQUEST'],
    [501, 'notImplemented', 'BAD_REQUEST'],
    [400, 'somethingNew', 'BAD_REQUEST'],
    [503, 'somethingNew', 'UNAVAILABLE'],
    [429, undefined, 'UNAVAILABLE'],
    [502, undefined, 'UNAVAILABLE'],
    [401, undefined, 'BAD_SETTING'],
    [403, undefined, 'BAD_SETTING'],
    [404, undefined, 'NOT_FOUND'],
    [400, undefined, 'BAD_REQUEST'],
  ])('with %s %s is %s, and says what BigQuery said', (status, reason, code) => {
    const failure = failureOfRequest(answered(status, reason), 'table staging.plays');
    expect(failure).toMatchObject({ code });
    expect(failure.message).toMatch(
      new RegExp(`^BigQuery, table staging.plays: ${String(status)}.*${reason ?? ''}.*said by BigQuery\\. \\S`),
    );
  });

  it.each(['ECONNRESET', 'ENOTFOUND', 'ETIMEDOUT'])('that was never answered (%s) may be sent again', (code) => {
    const failure = failureOfRequest(Object.assign(new Error(`connect ${code}`), { code }), 'job 1');
    expect(failure).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
  });

  it('without credentials says where to name them', () => {
    const failure = failureOfRequest(new Error('Could not load the default credentials.'), 'job 1');
    expect(failure).toMatchObject({ code: 'BAD_SETTING', message: expect.stringContaining('GOOGLE_APPLICATION_CREDENTIALS') });
  });

  it('shows no secret, and keeps nothing that holds one', () => {
    const token = 'ya29.c0ASRK0GZ';
    const thrown = Object.assign(answered(400, 'invalid', `Bearer ${token} is not valid`), { config: { headers: { token } } });
    const key = 'x -----BEGIN PRIVATE KEY-----\nMIIEvQIB\n-----END PRIVATE KEY----- y';
    for (const failure of [failureOfRequest(thrown, 'job 1'), failureOfRequest(new Error(key), 'job 1')]) {
      const text = `${failure.message} ${JSON.stringify(failure)} ${String(failure.stack)} ${String(failure.cause)}`;
      expect(text).not.toMatch(/ya29|MIIEvQIB/);
    }
  });

  it('is told apart where what was to be made is there, or what was asked for is not', () => {
    expect([isDuplicate(failureOfRequest(answered(409), 'x')), isDuplicate(failureOfRequest(answered(400), 'x'))]).toEqual([
      true,
      false,
    ]);
    expect([isMissing(failureOfRequest(answered(404), 'x')), isMissing(new Error('404'))]).toEqual([true, false]);
  });
});

describe('a job that failed', () => {
  it.each([
    ['stopped', 'UNAVAILABLE'],
    ['backendError', 'UNAVAILABLE'],
    ['somethingNew', 'UNAVAILABLE'],
    ['invalidQuery', 'BAD_REQUEST'],
    ['accessDenied', 'BAD_SETTING'],
  ])('with %s is %s', (reason, code) => {
    expect(failureOfJob({ reason, message: 'said.' }, 'job 1')).toMatchObject({
      code,
      message: expect.stringContaining(`${reason}: said`),
    });
  });

  it('may mean another thing by its reason than a request', () => {
    expect(failureOfJob({ reason: 'notFound', message: 'Not found: URI' }, 'job 1', { notFound: 'DAMAGED' })).toMatchObject({
      code: 'DAMAGED',
    });
  });
});
