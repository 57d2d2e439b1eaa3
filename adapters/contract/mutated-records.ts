import fc from 'fast-check';
import { z } from 'zod';
import { contractOf, instant } from '../../assets/contract.ts';

const fields = {
  song: z.string(),
  tag: z.string().optional(),
  plays: z.int(),
  rank: z.int().min(0).max(1_000).optional(),
  seconds: z.number().min(0),
  lat: z.number().optional(),
  paid: z.boolean().optional(),
  level: z.enum(['free', 'paid', 'a "b"']).optional(),
  ts: instant,
  registration: instant.optional(),
};

/** An event with every kind of field there is. */
export const Play = z.object(
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.describe(`The ${name}.`)])) as typeof fields,
);

/** Its contract, and the one that keeps what it does not name. */
export const playContract = contractOf(Play);
export const keepingContract = contractOf(Play, { keepUnknown: true });

const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });
const time = fc.integer({ min: 0, max: 253_402_300_799_999 });
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('', 'Ólafur "Ö"\n', '\u0000', '𝄞', 'a'.repeat(9_000)),
);
const whole = fc.oneof({ weight: 9, arbitrary: fc.integer() }, { weight: 1, arbitrary: fc.maxSafeInteger() });
const double = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: -180_000_000, max: 180_000_000 }).map((micros) => micros / 1e6 || 1) },
  { weight: 1, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
);

/** Events that fit. */
export const play: fc.Arbitrary<Readonly<Record<string, unknown>>> = fc.record({
  song: text,
  tag: optional(text),
  plays: whole,
  rank: optional(fc.integer({ min: 0, max: 1_000 })),
  seconds: double.map(Math.abs),
  lat: optional(double),
  paid: optional(fc.boolean()),
  level: optional(fc.constantFrom('free', 'paid', 'a "b"')),
  ts: time,
  registration: optional(time),
});

/** Texts that stand where a value should: right, wrong, and not JSON at all. */
const valueText = fc.oneof(
  fc.json({ maxDepth: 3 }),
  fc.constantFrom(
    'null',
    'true',
    'false',
    '5',
    '5.7',
    '-0',
    '-0.0',
    '1e2',
    '1E400',
    '1e-400',
    '0.1e1',
    '00',
    '01',
    '-',
    '-1',
    '.5',
    '5.',
    '+5',
    'NaN',
    'Infinity',
    '9007199254740993',
    '123456789012345678901234567890',
    '253402300799999',
    '253402300800000',
    '1000',
    '1001',
    '0.30000000000000004',
    '179769313486231570000000000000000000000',
    '"5"',
    '"free"',
    '"fr\\u0065e"',
    '"paid "',
    '"\\ud834\\udd1e"',
    '"\\ud834"',
    '"\\udd1e\\ud834"',
    '"\\x41"',
    '"a\nb"',
    '"a\tb"',
    '"\\u0000"',
    '""',
    '[]',
    '{}',
    '[1,]',
    '{"a":1,}',
    '{"a":[{"b":null}]}',
    '[1 2]',
    'tru',
    "'a'",
    '/**/1',
    '1 ',
    ' 1',
    '\t1',
    '\n1',
    '1\r\n',
  ),
);
const key = fc.constantFrom(
  ...Object.keys(fields),
  'Song',
  'TS',
  '__proto__',
  'extra',
  '_o',
  '_t',
  '_r',
  '_c',
  's\\u006fng',
  'é',
  '',
);

/** What is done to the text of an event. */
const mutation = fc.oneof(
  fc.tuple(key, valueText).map(
    ([name, value]) =>
      (json: string) =>
        `${json.slice(0, -1)},"${name}":${value}}`,
  ),
  fc.tuple(key, valueText).map(
    ([name, value]) =>
      (json: string) =>
        `{"${name}":${value},${json.slice(1)}`,
  ),
  fc.tuple(key, valueText).map(
    ([name, value]) =>
      (json: string) =>
        json.replace(new RegExp(`"${name.replaceAll('\\', '\\\\')}":[^,}]*`), () => `"${name}":${value}`),
  ),
  fc.constantFrom(
    (json: string) => json.replaceAll(':', ' : '),
    (json: string) => json.replaceAll(',"', ' ,\t"'),
    (json: string) => json.replaceAll(',"', ',\n"'),
    (json: string) => `${json} `,
    (json: string) => ` ${json}`,
    (json: string) => `${json}x`,
    (json: string) => `${json}${json}`,
    (json: string) => `[${json}]`,
    (json: string) => `\ufeff${json}`,
    (json: string) => json.slice(0, -1),
    (json: string) => `${json.slice(0, -1)},}`,
  ),
  fc.nat().map((at) => (json: string) => json.slice(0, at % (json.length + 1))),
);

const byteChange = fc.record({ at: fc.nat(), to: fc.integer({ min: 0, max: 255 }) });

/** Records as a topic may hold them: events, events that something was done to, and anything else. */
export const recordBytes: fc.Arbitrary<Uint8Array | null> = fc.oneof(
  { weight: 4, arbitrary: play.map((event) => Buffer.from(JSON.stringify(event))) },
  {
    weight: 6,
    arbitrary: fc
      .tuple(play, fc.array(mutation, { minLength: 1, maxLength: 2 }))
      .map(([event, steps]) => Buffer.from(steps.reduce((json, step) => step(json), JSON.stringify(event)))),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(play, byteChange).map(([event, { at, to }]) => {
      const bytes = Buffer.from(JSON.stringify(event));
      bytes[at % bytes.length] = to;
      return bytes;
    }),
  },
  {
    weight: 1,
    arbitrary: fc.oneof(
      fc.constant(null),
      fc.uint8Array({ maxLength: 9 }),
      valueText.map((value) => Buffer.from(value)),
    ),
  },
);
