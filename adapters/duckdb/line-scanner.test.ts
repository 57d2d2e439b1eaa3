import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import listen from '../../assets/topics/listen_events.ts';
import type { Contract } from '../../core/assets.ts';
import { nearestInstant } from '../../core/instants.ts';
import { chunkOf } from '../../core/records.ts';
import { createSieve } from '../../core/sieve.ts';
import { keepingContract, playContract, recordBytes } from '../contract/mutated-records.ts';
import { HEAD_FIELDS, LineBuffer } from './line-buffer.ts';
import { LineScanner } from './line-scanner.ts';
import { sourceDigest } from './scan-lines.wasm.ts';

interface Record {
  readonly value: Uint8Array | null;
  readonly offset: number;
  readonly timestamp: number;
}

interface Taken {
  readonly lines: string;
  /** For each line, whether its record has unknown fields. */
  readonly unknown: readonly boolean[];
}

const RESERVED = Object.values(HEAD_FIELDS);
const ROOM = 1 << 20;

function rulesOf({ rules }: Contract) {
  if (rules === null) throw new Error('the contract has no rules');
  return rules;
}

/** What the sieve and the buffer of lines make of the first records, until one of them takes no more. */
function bySieve(contract: Contract, room: number): (records: readonly Record[], run: number) => Taken {
  const sieve = createSieve(rulesOf(contract), RESERVED);
  return (records, run) => {
    const buffer = new LineBuffer(room);
    const unknown: boolean[] = [];
    for (const { value, offset, timestamp } of records) {
      if (value === null || !buffer.hasRoom(value.length)) break;
      const bytes = Buffer.concat([value, Buffer.from('","song":1.5,"ts":3}')]);
      if (!sieve.isPlain(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, value.length)) break;
      unknown.push(sieve.hadUnknown());
      buffer.put({ offset, time: nearestInstant(timestamp), run, isRewritten: false }, value, [0, value.length]);
    }
    return { lines: buffer.take().toString('latin1'), unknown };
  };
}

function byScanner(contract: Contract, room: number): (records: readonly Record[], run: number, from?: number) => Taken {
  const scanner = new LineScanner(rulesOf(contract), RESERVED);
  return (records, run, from = 0) => {
    const chunk = chunkOf(
      0,
      records.map((record) => ({ partition: 0, ...record })),
    );
    const { bytes, lengths } = scanner.scan(chunk, { from, run, room });
    expect(lengths.reduce((sum, length) => sum + Math.abs(length), 0)).toBe(bytes.length);
    return { lines: Buffer.from(bytes).toString('latin1'), unknown: [...lengths].map((length) => length < 0) };
  };
}

const place = fc.record({ offset: fc.maxSafeNat(), timestamp: fc.oneof(fc.maxSafeInteger(), fc.constant(1_795_132_800_000)) });
const record: fc.Arbitrary<Record> = fc
  .tuple(place, recordBytes)
  .map(([{ offset, timestamp }, value]) => ({ value, offset, timestamp }));

/** Bytes of a JSON string, as right and as wrong as UTF-8 and escapes can be. */
const PIECES = [
  ...['a', '"', '/', '\\', '\\"', '\\u', '\\u00e9', '\\ud834', '\\udd1e', '\\n', '\\x', '0', 'D83d', '\n', '\u007f'].map((it) =>
    Buffer.from(it),
  ),
  ...['c2', 'c1', 'e0', 'e1', 'ed', 'ef', 'f0', 'f1', 'f4', 'f5', '80', '8f', '90', '9f', 'a0', 'bf', 'ff'].map((it) =>
    Buffer.from(it, 'hex'),
  ),
];
const wildString = fc.array(fc.constantFrom(...PIECES), { maxLength: 5 });
const wildNumber = fc.string({ unit: fc.constantFrom(...Array.from('0123456789.-+eE')), minLength: 1, maxLength: 20 });
const wildRecord = fc
  .tuple(wildString, wildNumber, fc.constantFrom('plays', 'seconds', 'rank', 'lat', 'x'))
  .map(([song, number, name]) => {
    const head = Buffer.from('{"song":"');
    return Buffer.concat([
      head,
      ...song,
      Buffer.from(
        `","${name}":${number},"ts":1${name === 'plays' ? '' : ',"plays":2'}${name === 'seconds' ? '' : ',"seconds":2'}}`,
      ),
    ]);
  });

describe('the scanner', () => {
  it('reads every lead of a character, and what may follow it, as the sieve does', () => {
    const [expected, scanned] = [bySieve(playContract, ROOM), byScanner(playContract, ROOM)];
    const seconds = [0x22, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0];
    const characters = Array.from({ length: 128 }, (_, index) => 128 + index).flatMap((lead) =>
      seconds.flatMap((second) => [0, 1, 2].map((more) => Buffer.from([lead, second, ...Array<number>(more).fill(0x80)]))),
    );
    const taken = characters.filter((character) => {
      const value = Buffer.concat([Buffer.from('{"song":"'), character, Buffer.from('","plays":1,"seconds":1,"ts":1}')]);
      const records = [{ value, offset: 1, timestamp: 2 }];
      const lines = expected(records, 0);
      expect(scanned(records, 0)).toEqual(lines);
      return lines.unknown.length === 1;
    });
    expect(taken.length).toBeGreaterThan(250);
  });

  it('reads strings and numbers as strictly as the sieve', () => {
    const [expected, scanned] = [bySieve(keepingContract, ROOM), byScanner(keepingContract, ROOM)];
    let plain = 0;
    fc.assert(
      fc.property(wildRecord, (value) => {
        const records = [{ value, offset: 1, timestamp: 2 }];
        const taken = expected(records, 0);
        plain += taken.unknown.length;
        expect(scanned(records, 0)).toEqual(taken);
      }),
      { numRuns: 20_000, seed: 5 },
    );
    expect(plain).toBeGreaterThan(200);
  });

  it.each([
    ['a contract', playContract],
    ['a contract that keeps unknown fields', keepingContract],
  ])('takes what the sieve takes, and makes the same lines of it: %s', (_, contract) => {
    const [expected, scanned] = [bySieve(contract, ROOM), byScanner(contract, ROOM)];
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 8 }), fc.nat(12), (records, run) => {
        for (let from = 0; from < records.length; from += 1) {
          expect(scanned(records, run, from)).toEqual(expected(records.slice(from), run));
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('stops where there is no room', () => {
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 8 }), fc.integer({ min: 129, max: 2_000 }), (records, room) => {
        expect(byScanner(playContract, room)(records, 1)).toEqual(bySieve(playContract, room)(records, 1));
      }),
      { numRuns: 300 },
    );
  });

  it('looks at records beyond its memory in more than one go', () => {
    const value = Buffer.from('{"song":"a","plays":1,"seconds":1.5,"ts":1}');
    const records = Array.from({ length: 5_000 }, (_, offset) => ({ value, offset, timestamp: 7 }));
    const scan = byScanner(playContract, ROOM);
    let taken = 0;
    for (let rounds = 0; rounds < 4; rounds += 1) taken += scan(records, 0, taken).unknown.length;
    expect(taken).toBe(5_000);
    expect(scan(records, 0, 4_999).lines).toBe(`{"_o":4999,"_t":7,${value.toString().slice(1)}\n`);
  });

  it('leaves a record that is larger than its memory to others', () => {
    const value = Buffer.from(`{"song":"${'a'.repeat(300_000)}","plays":1,"seconds":1.5,"ts":1}`);
    expect(byScanner(playContract, ROOM)([{ value, offset: 0, timestamp: 0 }], 0).unknown).toEqual([]);
  });

  it('takes listen events as eventsim makes them', () => {
    const event = {
      artist: 'Zoë "Q" 夜',
      song: 'a\\b',
      duration: 292.97441,
      ts: 1_793_491_200_000,
      sessionId: 45_410,
      auth: 'Logged In',
      level: 'paid',
      itemInSession: 1,
      city: 'Chesapeake',
      zip: '23320',
      state: 'VA',
      userAgent: 'Mozilla/5.0',
      lon: -76.205808,
      lat: 36.751047,
      userId: 6_488,
      lastName: 'Guzman',
      firstName: 'Amanda',
      gender: 'F',
      registration: 1_792_827_830_409,
    };
    const scan = byScanner(listen.contract, ROOM);
    const records = [{ value: Buffer.from(JSON.stringify(event)), offset: 5, timestamp: -1 }];
    expect(scan(records, 0).lines).toMatch(/^\{"_o":5,"_t":-1,"artist":/);
  });

  it('was compiled from its source', () => {
    const hash = createHash('sha256');
    for (const name of ['scan-lines', 'scan-json'])
      hash.update(readFileSync(join(process.cwd(), `adapters/duckdb/${name}.as.ts`)));
    expect(hash.digest('hex')).toBe(sourceDigest);
  });
});
