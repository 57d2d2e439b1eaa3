/** One record of the corpus: what is wrong with it, its bytes (null for none), and whether the contract of plays takes it. */
export interface Poison {
  readonly name: string;
  readonly value: Uint8Array | null;
  readonly lands: boolean;
}

const BASE = '"song":"a","plays":1,"seconds":1.5,"ts":1795132800123';
const LONG = 'é'.repeat(1_000_000);

const LANDS: Readonly<Record<string, string>> = {
  'nothing wrong': `{${BASE}}`,
  'blanks between tokens': `\t{ ${BASE.replaceAll(':', ' : ')} } `,
  'line breaks between tokens': `{\n  ${BASE.replaceAll(',', ',\r\n  ')}\n}\n`,
  'an escaped line break in a value': `{${BASE},"tag":"a\\nb"}`,
  'keys in upper case beside the right ones': `{${BASE},"SONG":"b","Plays":"x"}`,
  'a key twice, the second good': `{"song":5,${BASE}}`,
  'a key twice, both good': `{${BASE},"song":"b"}`,
  'a key written with escapes': `{"\\u0073ong":"b",${BASE.slice(11)}}`,
  'a key of the object machinery': `{${BASE},"__proto__":{"song":1},"constructor":2}`,
  'keys of the encoder': `{${BASE},"_o":7,"_t":"x","_r":9,"_c":true,"_offset":1}`,
  'unknown nested fields': `{${BASE},"a":{"b":[1,{"c":null}]},"d":[]}`,
  'deep unknown nesting': `{${BASE},"a":${'['.repeat(500)}${']'.repeat(500)}}`,
  'an unknown number beyond doubles': `{${BASE},"a":1e400,"b":-1e400}`,
  'a huge unknown integer': `{${BASE},"a":${'9'.repeat(400)}}`,
  'an exponent for an integer': `{${BASE},"rank":1e2}`,
  'a fraction of zero for an integer': `{${BASE},"rank":5.0}`,
  'a negative zero for an integer': `{${BASE},"rank":-0}`,
  'a negative zero for a double': `{${BASE},"lat":-0}`,
  'a negative zero with a fraction': `{${BASE},"lat":-0.0}`,
  'a double with many digits': `{${BASE},"lat":0.1000000000000000055511151231257827021181583404541015625}`,
  'the smallest double': `{${BASE},"lat":5e-324}`,
  'a double too small': `{${BASE},"lat":1e-400}`,
  'the largest double': `{${BASE},"lat":1.7976931348623157e308}`,
  'a huge integer for a double': `{${BASE},"lat":123456789012345678901234567890}`,
  'the largest safe integer': `{"song":"a","plays":9007199254740991,"seconds":1,"ts":1}`,
  'a NUL escape': `{${BASE},"tag":"a\\u0000b"}`,
  'lone surrogates': `{${BASE},"tag":"\\ud800a\\udc00"}`,
  'a pair of surrogates': `{${BASE},"tag":"\\ud834\\udd1e"}`,
  'an enumeration with an escape': `{${BASE},"level":"p\\u0061id"}`,
  'quotes in an enumeration': `{${BASE},"level":"a \\"b\\""}`,
  'text of megabytes': `{${BASE},"tag":"${LONG}"}`,
};

const REFUSED: Readonly<Record<string, string>> = {
  'an empty value': '',
  'a byte order mark': `\ufeff{${BASE}}`,
  'a truncated record': `{${BASE.slice(0, -3)}`,
  'half a text': `{${BASE},"tag":"a`,
  'no object': `[{${BASE}}]`,
  'a text': '"{}"',
  null: 'null',
  'a trailing comma': `{${BASE},}`,
  'something behind it': `{${BASE}} x`,
  'two objects': `{${BASE}}{${BASE}}`,
  'two lines': `{${BASE}}\n{${BASE}}`,
  NaN: `{${BASE},"lat":NaN}`,
  Infinity: `{${BASE},"lat":-Infinity}`,
  'a comment': `{${BASE}/* */}`,
  'single quotes': `{${BASE},'tag':'a'}`,
  'a raw line break in a value': `{${BASE},"tag":"a\nb"}`,
  'a raw tab in a value': `{${BASE},"tag":"a\tb"}`,
  'a missing key': '{"song":"a","seconds":1.5,"ts":1}',
  'a key in the wrong case': `{${BASE.replace('song', 'Song')}}`,
  'null for a required value': `{${BASE.replace('"a"', 'null')}}`,
  'null for an optional value': `{${BASE},"tag":null}`,
  'a key twice, the second bad': `{${BASE},"song":5}`,
  'a key twice, another missing': '{"song":"a","song":"b","seconds":1,"ts":1}',
  'a fraction for an integer': `{${BASE},"rank":5.7}`,
  'a text for an integer': `{${BASE},"rank":"200"}`,
  'a text for a double': `{${BASE},"lat":"1.5"}`,
  'a number for a text': `{${BASE},"tag":5}`,
  'an object for a text': `{${BASE},"tag":{"a":1}}`,
  'a boolean for an integer': `{${BASE},"rank":true}`,
  'a text for a boolean': `{${BASE},"paid":"true"}`,
  'a number for a boolean': `{${BASE},"paid":1}`,
  'an integer beyond the safe ones': `{${BASE.replace('"plays":1', '"plays":9007199254740993')}}`,
  'a huge integer': `{${BASE.replace('"plays":1', `"plays":${'9'.repeat(400)}`)}}`,
  'a number beyond doubles': `{${BASE},"lat":1e400}`,
  'beyond a bound': `{${BASE},"rank":1001}`,
  'below a bound': `{${BASE.replace('1.5', '-0.1')}}`,
  'an instant after the year 9999': `{${BASE},"registration":253402300800000}`,
  'a leading zero': `{${BASE},"rank":01}`,
  'a plus': `{${BASE},"rank":+1}`,
  'a value that is none of an enumeration': `{${BASE},"level":"gratis"}`,
  'an escape that is none': `{${BASE},"tag":"\\x41"}`,
  'deep nesting for a text': `{${BASE},"tag":${'['.repeat(500)}${']'.repeat(500)}}`,
};

function withBytes(bytes: readonly number[]): Uint8Array {
  return Buffer.concat([Buffer.from(`{${BASE},"tag":"`), Buffer.from(bytes), Buffer.from('"}')]);
}

const BYTES: Readonly<Record<string, Uint8Array | null>> = {
  'a tombstone': null,
  'a byte that is not UTF-8': withBytes([0xff]),
  'an overlong form': withBytes([0xc0, 0x80]),
  'an encoded surrogate': withBytes([0xed, 0xa0, 0x80]),
  'a character cut off': withBytes([0xe2, 0x82]),
  'UTF-16': Buffer.from(`{${BASE}}`, 'utf16le'),
  'nothing but NUL': new Uint8Array(5),
};

/** Records of plays that break naive readers, each in its own way. */
export const poisonCorpus: readonly Poison[] = [
  ...Object.entries(LANDS).map(([name, json]) => ({ name, value: Buffer.from(json), lands: true })),
  ...Object.entries(REFUSED).map(([name, json]) => ({ name, value: Buffer.from(json), lands: false })),
  ...Object.entries(BYTES).map(([name, value]) => ({ name, value, lands: false })),
];
