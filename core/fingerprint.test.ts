import fc from 'fast-check';
import { fingerprint, fnv1a64 } from './fingerprint.ts';

describe('fnv1a64', () => {
  it.each([
    ['', 'cbf29ce484222325'],
    ['a', 'af63dc4c8601ec8c'],
    ['foobar', '85944171f73967e8'],
    ['chongo was here!\n', '46810940eff5f915'],
  ])('of %j is the published %s', (text, hash) => {
    expect(fnv1a64(text)).toBe(hash);
  });

  it('equals the definition in big integers', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const hash = new TextEncoder()
          .encode(text)
          .reduce((sum, byte) => BigInt.asUintN(64, (sum ^ BigInt(byte)) * 0x100000001b3n), 0xcbf29ce484222325n);
        expect(fnv1a64(text)).toBe(hash.toString(16).padStart(16, '0'));
      }),
    );
  });
});

describe('fingerprint', () => {
  const pairs = fc.uniqueArray(fc.tuple(fc.string(), fc.string()), { selector: ([key]) => key, minLength: 1 });

  it('is always the same for the same pairs', () => {
    expect(fingerprint([])).toBe('cbf29ce484222325');
    expect(fingerprint([['listens', '12']])).toBe(fnv1a64('["listens","12"]'));
  });

  it('does not depend on the order of the pairs', () => {
    fc.assert(
      fc.property(pairs, (some) => {
        expect(fingerprint([...some].reverse())).toBe(fingerprint(some));
      }),
    );
  });

  it('changes with any version, and when a pair goes', () => {
    fc.assert(
      fc.property(pairs, ([first, ...rest]) => {
        fc.pre(first !== undefined);
        const whole = fingerprint([first, ...rest]);
        expect(fingerprint([[first[0], `${first[1]}1`], ...rest])).not.toBe(whole);
        expect(fingerprint(rest)).not.toBe(whole);
      }),
    );
  });

  it('tells where a key ends and a version begins', () => {
    expect(fingerprint([['a', '12']])).not.toBe(fingerprint([['a1', '2']]));
    expect(
      fingerprint([
        ['a', '1'],
        ['b', '2'],
      ]),
    ).not.toBe(
      fingerprint([
        ['a', '2'],
        ['b', '1'],
      ]),
    );
  });
});
