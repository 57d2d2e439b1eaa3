import { parseHour } from '../hours.ts';
import { parseAmendment } from './amendment.ts';
import { joinDrift, judgeDeadLetters, judgeDrift } from './verdicts.ts';

const landed = (rows: number, deadLetters: number) => ({
  topic: 't',
  hour: parseHour('2026-11-20T10', 'test'),
  position: 1,
  consumed: rows + deadLetters,
  redeemed: 0,
  rows,
  deadLetters,
  lost: 0,
  empty: 0,
  bytes: 0,
});

describe('the check of dead letters', () => {
  it.each([
    [1_000, 0, 'pass'],
    [0, 0, 'pass'],
    [990, 10, 'warn'],
    [989, 11, 'fail'],
    [0, 1, 'fail'],
  ])('of %i rows and %i dead letters with a threshold of 1%% is %s', (rows, deadLetters, status) => {
    expect(judgeDeadLetters(landed(rows, deadLetters), 0.01)).toMatchObject({
      status,
      message: expect.stringContaining('up to 1% may be'),
    });
  });
});

describe('the check of drift', () => {
  it('adds samples up and names the most frequent unknown fields', () => {
    const samples = [
      { sampled: 100, unknown: { mood: 3, b: 1 } },
      { sampled: 50, unknown: { b: 4 } },
    ];
    expect(joinDrift(samples)).toEqual({ sampled: 150, unknown: { mood: 3, b: 5 } });
    expect(judgeDrift(samples)).toEqual({ status: 'warn', message: expect.stringContaining('of 150 records looked at') });
    expect(judgeDrift(samples).message).toContain('b (5), mood (3)');
  });

  it('lists ten and counts the rest', () => {
    const unknown = Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`f${String(index)}`, 1]));
    expect(judgeDrift([{ sampled: 30, unknown }]).message).toContain('and 15 more');
    expect(judgeDrift([{ sampled: 30, unknown: {} }]).status).toBe('pass');
  });
});

describe('a request to amend hours', () => {
  const good = { kind: 'rebuild', topic: 'listen_events', from: '2026-11-20T00', to: '2026-11-20T01' };

  it('is read', () => {
    expect(parseAmendment(good)).toEqual({ ok: true, request: good });
  });

  it.each([
    [null, /one JSON object; got null/],
    [{ ...good, kind: 'drop' }, /"kind" is one of rebuild, compact, replay; got "drop"/],
    [{ ...good, topic: 7 }, /"topic" is the name of a topic; got 7/],
    [{ ...good, from: '2026-11-20' }, /"from" is a UTC hour/],
    [{ ...good, to: '2026-11-20T00' }, /"to" lies after "from"/],
    [{ ...good, to: '2027-11-20T00' }, /at most 744 hours/],
  ])('is refused in words: %j', (message, problem) => {
    expect(parseAmendment(message)).toEqual({ ok: false, problem: expect.stringMatching(problem) });
  });
});
