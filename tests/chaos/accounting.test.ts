import { differences } from './lake-content.ts';
import { eventIn, Ledger } from './ledger.ts';
import { seeded } from './seeded.ts';
import { drawSetup } from './setup.ts';

const NONE = { missing: [], doubled: [], invented: [] };

describe('what a lake is held against', () => {
  it.each([
    { what: 'everything once', found: ['b', 'a'], expected: NONE },
    { what: 'one missing', found: ['a'], expected: { ...NONE, missing: ['b'] } },
    { what: 'one twice', found: ['a', 'b', 'a'], expected: { ...NONE, doubled: ['a'] } },
    { what: 'one nobody sent', found: ['a', 'b', 'x'], expected: { ...NONE, invented: ['x'] } },
    { what: 'one at the place of another', found: ['a', 'c'], expected: { ...NONE, missing: ['b'], invented: ['c'] } },
  ])('$what', ({ found, expected }) => {
    expect(differences(['a', 'b'], found)).toEqual(expected);
  });

  it('says how many more differ than it names', () => {
    const wanted = Array.from({ length: 8 }, (_, index) => String(index));
    expect(differences(wanted, []).missing).toEqual(['0', '1', '2', '3', '4', 'and 3 more']);
  });
});

describe('the ledger of what was sent', () => {
  const plain = { padding: 0, misfits: 0 };

  it('names an event by its epoch, partition, offset and number', () => {
    const ledger = new Ledger();
    ledger.acknowledge(2, 10, ledger.make(2, plain, seeded(1)));
    ledger.openEpoch(2);
    ledger.acknowledge(2, 0, ledger.make(1, plain, seeded(1)));
    expect(ledger.wanted()).toEqual(['0/2/10=1', '0/2/11=2', '1/2/0=3']);
  });

  it('wants nothing of what was lost, and twice what is read once more in another epoch', () => {
    const ledger = new Ledger();
    ledger.acknowledge(0, 0, ledger.make(4, plain, seeded(1)));
    ledger.lose({ partition: 0, from: 0, to: 2 });
    ledger.reread(0, 2, 3);
    expect(ledger.wanted()).toEqual(['0/0/2=3', '0/0/3=4', '1/0/2=3']);
  });

  it('finds the number of an event again in whatever it was made of it', () => {
    const ledger = new Ledger();
    const made = ledger.make(200, { padding: 5, misfits: 0.9 }, seeded(7));
    expect(made.map(({ value }) => eventIn(value))).toEqual(made.map(({ event }) => event));
  });
});

describe('a seed', () => {
  it('gives the same setup and the same numbers, another one others', () => {
    const draw = (seed: number) => {
      const { setup, next } = drawSetup(seed);
      return { setup, then: [next.int(1, 1_000_000), next.text(20)] };
    };
    expect(draw(5)).toEqual(draw(5));
    expect(draw(5)).not.toEqual(draw(6));
  });

  it('leaves nothing out: within twenty seeds both encoders, both hours, and topics with and without transactions', () => {
    const setups = Array.from({ length: 20 }, (_, index) => drawSetup(index + 1).setup);
    expect(new Set(setups.map(({ encoder }) => encoder)).size).toBe(2);
    expect(new Set(setups.map(({ clockShiftMs }) => clockShiftMs)).size).toBe(2);
    expect(new Set(setups.map(({ transactions }) => transactions)).size).toBe(2);
  });
});
