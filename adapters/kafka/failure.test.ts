import { KafkaJSNonRetriableError, KafkaJSProtocolError } from 'kafkajs';
import { SoundFlowError } from '../../core/errors.ts';
import { typeOf, withRetries } from './failure.ts';

const notLeader = Object.assign(new Error('not the leader'), { type: 'NOT_LEADER_FOR_PARTITION' });
const unknownTopic = Object.assign(new Error('unknown'), { type: 'UNKNOWN_TOPIC_OR_PARTITION' });

/** Work that fails with each of `failures` before it succeeds. */
function failing(failures: readonly unknown[]): { readonly work: () => Promise<string>; readonly calls: () => number } {
  let calls = 0;
  const work = async (): Promise<string> => {
    calls += 1;
    if (calls <= failures.length) throw failures[calls - 1];
    return Promise.resolve('done');
  };
  return { work, calls: () => calls };
}

describe('withRetries', () => {
  const attempt = { place: 'topic plays, offsets', topic: 'plays' };

  it('goes on when the leader was another', async () => {
    const { work, calls } = failing([notLeader, unknownTopic, notLeader]);
    expect(await withRetries(attempt, work)).toBe('done');
    expect(calls()).toBe(4);
  });

  it('gives up after a bounded number of times, and says why', async () => {
    const { work, calls } = failing(Array.from({ length: 100 }, () => notLeader));
    await expect(withRetries(attempt, work)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(/^topic plays, offsets: .*not the leader/),
      cause: notLeader,
    });
    expect(calls()).toBe(6);
  }, 15_000);

  it('believes in the third answer that there is no such topic', async () => {
    const { work, calls } = failing([unknownTopic, unknownTopic, unknownTopic]);
    await expect(withRetries(attempt, work)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('topic plays'),
    });
    expect(calls()).toBe(3);
  });

  it('does not repeat what is certain', async () => {
    const { work, calls } = failing([new SoundFlowError('DATA_LOSS', 'lost')]);
    await expect(withRetries(attempt, work)).rejects.toMatchObject({ code: 'DATA_LOSS' });
    expect(calls()).toBe(1);
  });

  it('stops in a pause when it is told to', async () => {
    const stop = new AbortController();
    const reason = new Error('worker shuts down');
    const work = async (): Promise<never> => {
      setImmediate(() => {
        stop.abort(reason);
      });
      return Promise.reject(notLeader);
    };
    await expect(withRetries({ ...attempt, signal: stop.signal }, work)).rejects.toMatchObject({
      code: 'CANCELLED',
      cause: reason,
    });
  });
});

describe('typeOf', () => {
  it('finds what Kafka said, also when it was wrapped', () => {
    expect(typeOf(unknownTopic)).toBe('UNKNOWN_TOPIC_OR_PARTITION');
    expect(typeOf(Object.assign(new KafkaJSNonRetriableError('wrapped'), { cause: unknownTopic }))).toBe(
      'UNKNOWN_TOPIC_OR_PARTITION',
    );
    expect(typeOf(new KafkaJSProtocolError(notLeader))).toBe('NOT_LEADER_FOR_PARTITION');
  });

  it.each([null, 'text', new Error('x')])('has nothing to say of %p', (thrown) => {
    expect(typeOf(thrown)).toBe('');
  });
});
