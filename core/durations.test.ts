import fc from 'fast-check';
import { formatDuration, parseDuration } from './durations.ts';
import { SoundFlowError } from './errors.ts';

/** Code and message of what `run` throws. */
function failureOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof SoundFlowError ? `${error.code} ${error.message}` : String(error);
  }
  return 'nothing thrown';
}

describe('parseDuration', () => {
  it.each([
    ['2 minutes', 120_000],
    ['1 minute', 60_000],
    ['90 seconds', 90_000],
    ['1 hour', 3_600_000],
    ['7 days', 604_800_000],
    ['500 ms', 500],
    ['500ms', 500],
    [' 3 H ', 10_800_000],
    ['10 min', 600_000],
  ])('%j is %d ms', (text, ms) => {
    expect(parseDuration(text, 'LANDING_EVERY')).toBe(ms);
  });

  it.each([
    '',
    '2',
    'minutes',
    '0 seconds',
    '-1 hour',
    '1.5 hours',
    '2 fortnights',
    '1 hour 30 minutes',
    '99999999999999999 days',
    '5 hs',
  ])('refuses %j, naming the setting', (text) => {
    expect(failureOf(() => parseDuration(text, 'LANDING_EVERY'))).toMatch(
      /^BAD_SETTING LANDING_EVERY: ".*" is not a duration\. .*for example 2 minutes\.$/,
    );
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0 s'],
    [500, '500 ms'],
    [45_000, '45 s'],
    [90_000, '1 min 30 s'],
    [7_200_000, '2 h'],
    [7_200_001, '2 h 1 ms'],
    [11_400_000, '3 h 10 min'],
    [11_459_999, '3 h 10 min'],
    [694_800_000, '8 d 1 h'],
    [-60_000, '-1 min'],
  ])('%d ms is %j', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('is read back by parseDuration when it has one unit', () => {
    const unit = fc.constantFrom(1, 1000, 60_000, 3_600_000, 86_400_000);
    fc.assert(
      fc.property(unit, fc.integer({ min: 1, max: 23 }), (ms, count) => {
        expect(parseDuration(formatDuration(ms * count), 'X')).toBe(ms * count);
      }),
    );
  });

  it('never shows more than there is, and at most a twentieth less', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 ** 12 }), (ms) => {
        const parts = formatDuration(ms).match(/\d+ [a-z]+/g) ?? [];
        const shown = parts.reduce((sum, part) => sum + parseDuration(part, 'X'), 0);
        expect(shown).toBeLessThanOrEqual(ms);
        expect(shown).toBeGreaterThan(ms - Math.max(1, ms * 0.05));
      }),
    );
  });
});
