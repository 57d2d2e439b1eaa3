import fc from 'fast-check';
import { z } from 'zod';
import { keepingContract, play, playContract, recordBytes } from '../adapters/contract/mutated-records.ts';
import { contractOf, instant } from '../assets/contract.ts';
import type { Contract } from './assets.ts';
import { createSieve } from './sieve.ts';

function sieveOf({ rules }: Contract) {
  if (rules === null) throw new Error('the contract has no rules');
  const sieve = createSieve(rules, ['_o']);
  return (json: string | Uint8Array) => {
    // The record lies between others, as in a chunk: nothing beyond its end may be read as part of it.
    const record = Buffer.from(json);
    const bytes = Buffer.concat([Buffer.from('}"5'), record, Buffer.from('9,"tag":"x","rank":9,"lat":0.5}')]);
    const text = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    return { isPlain: sieve.isPlain(text, 3, 3 + record.length), hadUnknown: sieve.hadUnknown() };
  };
}

const sift = sieveOf(playContract);
const BASE = '"song":"a","plays":1,"seconds":1.5,"ts":1';

describe('the sieve', () => {
  it('lets nothing pass that the contract does not', () => {
    fc.assert(
      fc.property(recordBytes, (bytes) => {
        fc.pre(bytes !== null);
        if (sift(bytes).isPlain) expect(playContract.decode(bytes)).toMatchObject({ ok: true });
      }),
      { numRuns: 20_000 },
    );
  });

  it('lets most events pass as JSON.stringify writes them', () => {
    const events = fc.sample(play, { numRuns: 500, seed: 3 }).map((event) => JSON.stringify(event));
    expect(events.filter((json) => sift(json).isPlain).length).toBeGreaterThan(300);
  });

  it.each([
    ['other orders', '{"ts":1,"seconds":1.5,"plays":1,"song":"a"}'],
    ['blanks between tokens', '{ "song": "a",\t"plays": 1, "seconds": 1.5, "ts": 1 }'],
    ['escapes', `{${BASE},"tag":"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\u0000\\ud834\\udd1e"}`],
    ['UTF-8 of each length', `{${BASE},"tag":"é€𝄞\u{10ffff}"}`],
    ['17 digits', `{${BASE},"lat":-122.41941550000001}`],
    ['both booleans', `{${BASE},"paid":true}`],
    ['texts of an enumeration', `{${BASE},"level":"paid"}`],
    ['bounds', `{${BASE},"rank":1000,"registration":253402300799999}`],
    ['a whole number for a double', `{${BASE},"lat":-3}`],
    ['unknown fields of any shape', `{${BASE},"x":{"a":[1,-2.5e3,"b",{"c":null}],"d":{}},"y":[],"y":false}`],
  ])('lets pass: %s', (_, json) => {
    expect(sift(json).isPlain).toBe(true);
  });

  it.each([
    ['a missing field', '{"song":"a","plays":1,"seconds":1.5}'],
    ['a field twice', `{${BASE},"song":"b"}`],
    ['a key with an escape', `{${BASE},"t\\u0061g":"x"}`],
    ['a key of the writer', `{${BASE},"_o":1}`],
    ['null', `{${BASE},"tag":null}`],
    ['a text for a number', `{${BASE},"lat":"1"}`],
    ['a number for a text', `{${BASE},"tag":1}`],
    ['a fraction for an integer', `{${BASE},"rank":1.5}`],
    ['an exponent', `{${BASE},"lat":1e2}`],
    ['a negative zero', `{${BASE},"lat":-0.0}`],
    ['16 digits of an integer', '{"song":"a","plays":9007199254740993,"seconds":1.5,"ts":1}'],
    ['beyond a bound', `{${BASE},"rank":1001}`],
    ['below a bound', '{"song":"a","plays":1,"seconds":-0.1,"ts":1}'],
    ['a value that is none of an enumeration', `{${BASE},"level":"gratis"}`],
    ['an enumeration with an escape', `{${BASE},"level":"p\\u0061id"}`],
    ['a lone surrogate', `{${BASE},"tag":"\\ud800"}`],
    ['a raw control byte', `{${BASE},"tag":"a\u0001"}`],
    ['a line break between tokens', `{${BASE},\n"tag":"a"}`],
    ['a trailing comma', `{${BASE},}`],
    ['something behind it', `{${BASE}} {}`],
    ['something before it', ` {${BASE}}`],
    ['nothing', '{}'],
    ['an unknown value that is no JSON', `{${BASE},"x":[1,]}`],
    ['an unknown number beyond doubles', `{${BASE},"x":1e400}`],
    ['deep nesting', `{${BASE},"x":${'['.repeat(99)}${']'.repeat(99)}}`],
    ['an end too early', `{${BASE}`],
    ['an end within a key', `{${BASE},"ta`],
    ['an end within a text', `{${BASE},"tag":"`],
    ['an end within a literal', `{${BASE},"paid":tru`],
  ])('is in doubt: %s', (_, json) => {
    expect(sift(json).isPlain).toBe(false);
  });

  it.each([
    ['a byte alone', [0xff]],
    ['a continuation alone', [0x80]],
    ['an overlong form', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['beyond Unicode', [0xf4, 0x90, 0x80, 0x80]],
    ['a character cut off', [0xe2, 0x82]],
  ])('is in doubt of what is not UTF-8: %s', (_, bytes) => {
    const json = Buffer.concat([Buffer.from(`{${BASE},"tag":"`), Buffer.from(bytes), Buffer.from('"}')]);
    expect(sift(json).isPlain).toBe(false);
  });

  it('is in doubt of what ends where nothing can be read behind it', () => {
    const bytes = Buffer.from(`{${BASE}}`);
    const { rules } = playContract;
    const text = new DataView(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    expect(rules !== null && createSieve(rules).isPlain(text, 0, bytes.length)).toBe(false);
  });

  it('tells whether there were unknown fields', () => {
    expect(sift(`{${BASE}}`)).toEqual({ isPlain: true, hadUnknown: false });
    expect(sift(`{${BASE},"extra":1}`)).toEqual({ isPlain: true, hadUnknown: true });
  });

  it('is in doubt of unknown fields that are kept', () => {
    expect(sieveOf(keepingContract)(`{${BASE},"extra":1}`).isPlain).toBe(false);
    expect(sieveOf(keepingContract)(`{${BASE}}`).isPlain).toBe(true);
  });
});

describe('rules that cannot be told', () => {
  const described = <T extends z.ZodType>(field: T) =>
    z.object({ a: field.describe('A.'), b: instant.optional().describe('B.') });

  it.each([
    ['a pattern', described(z.string().regex(/x/)), '{"a":"x"}'],
    ['a length', described(z.string().min(1)), '{"a":"x"}'],
    ['a format', described(z.email()), '{"a":"a@b.org"}'],
    ['a refinement', described(z.string().refine((text) => text !== 'y')), '{"a":"x"}'],
    ['a multiple', described(z.int().multipleOf(5)), '{"a":5}'],
    ['an exclusive bound of a double', described(z.number().gt(1)), '{"a":5}'],
    ['coercion', described(z.coerce.string()), '{"a":"x"}'],
    ['a change of case', described(z.string().toUpperCase()), '{"a":"x"}'],
    ['strictness', described(z.string()).strict(), '{"a":"x","c":1}'],
  ])('leave %s to the contract', (_, event, json) => {
    expect(sieveOf(contractOf(event))(json).isPlain).toBe(false);
  });

  it('leave a check of the whole object to the contract', () => {
    expect(contractOf(described(z.string()).refine(() => false)).rules).toBeNull();
  });

  it('are not needed where a bound excludes its value', () => {
    const positive = sieveOf(contractOf(described(z.int().positive().lt(10))));
    expect(['0', '1', '9', '10'].map((a) => positive(`{"a":${a}}`).isPlain)).toEqual([false, true, true, false]);
  });
});
