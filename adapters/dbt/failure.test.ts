import { advised, passingFailure } from './failure.ts';

const LOCK = 'IO Error: Could not set lock on file "x": Conflicting lock is held in python (PID 7).';

test.each([
  ['LOCKED', LOCK],
  ['UNAVAILABLE', 'Exceeded rate limits: too many table update operations for this table.'],
  ['UNAVAILABLE', 'Quota exceeded: Your project exceeded quota for free query bytes scanned.'],
  ['UNAVAILABLE', 'Could not serialize access to table p:intermediate.int_plays due to concurrent update'],
  ['UNAVAILABLE', 'The job encountered an internal error during execution. Retrying the job may solve the problem.'],
  ['UNAVAILABLE', '503 POST https://bigquery.example/jobs: Visibility check was unavailable. Please retry the request'],
  ['UNAVAILABLE', "('Connection aborted.', RemoteDisconnected('Remote end closed connection without response'))"],
])('%s, and so worth another try: %s', (code, message) => {
  expect(passingFailure(['Binder Error', message])).toMatchObject({
    code,
    retryable: true,
    message: expect.stringContaining(message),
  });
});

test.each([
  ['Query exceeded limit for bytes billed: 10485760. 20971520 or higher required.', 'BQ_MAXIMUM_BYTES_BILLED'],
  ['Access Denied: Project p: User does not have bigquery.jobs.create permission in project p.', 'roles/bigquery.jobUser'],
  ['Your default credentials were not found.', 'GOOGLE_APPLICATION_CREDENTIALS'],
  ['Not found: Dataset p:marts was not found in location US', 'BQ_LOCATION'],
  ['Resources exceeded during query execution: The query could not be executed in the allotted memory.', 'sorts and joins'],
])('final, with what to do: %s', (message, advice) => {
  expect(passingFailure([message])).toBeUndefined();
  expect(advised(message)).toMatch(advice);
});

test('a mistake in a model is neither', () => {
  const message = 'Unrecognized name: gap_dayz at [3:1]';
  expect(passingFailure([message, 'Binder Error: column lock not found'])).toBeUndefined();
  expect(advised(message)).toBe(message);
});
