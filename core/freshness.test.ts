import fc from 'fast-check';
import { judgeFreshness } from './freshness.ts';

const HOUR = 3_600_000;
const reference = Date.parse('2026-11-20T13:10:00.500Z');
const question = { asset: 'mart_top_songs', watermark: Date.parse('2026-11-20T10:00:00.500Z'), reference, maxAgeMs: 2 * HOUR };

describe('judgeFreshness', () => {
  it('fails what is too old, in words', () => {
    expect(judgeFreshness(question)).toEqual({
      status: 'fail',
      message: 'mart_top_songs: newest event 2026-11-20T10:00:00Z is 3 h 10 min old, allowed 2 h',
    });
  });

  it('passes at exactly the allowed age and fails a millisecond later', () => {
    const watermark = reference - 2 * HOUR;
    expect(judgeFreshness({ ...question, watermark }).status).toBe('pass');
    expect(judgeFreshness({ ...question, watermark: watermark - 1 })).toMatchObject({
      status: 'fail',
      message: 'mart_top_songs: newest event 2026-11-20T11:10:00Z is 2 h 1 ms old, allowed 2 h',
    });
  });

  it('fails an asset that holds no event', () => {
    expect(judgeFreshness({ ...question, watermark: null })).toEqual({
      status: 'fail',
      message: 'mart_top_songs: holds no event, allowed 2 h',
    });
  });

  it('passes an event of the future and says so', () => {
    expect(judgeFreshness({ ...question, watermark: reference + 60_000 })).toEqual({
      status: 'pass',
      message: 'mart_top_songs: newest event 2026-11-20T13:11:00Z is 1 min ahead of the time it is judged at, allowed 2 h',
    });
  });

  it('depends on the age alone', () => {
    const ms = fc.integer({ min: 0, max: 4 * HOUR });
    fc.assert(
      fc.property(ms, ms, ms, (age, maxAgeMs, shift) => {
        const at = { asset: 'a', maxAgeMs, watermark: shift, reference: shift + age };
        expect(judgeFreshness(at).status).toBe(age <= maxAgeMs ? 'pass' : 'fail');
      }),
    );
  });
});
