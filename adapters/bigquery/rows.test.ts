import { cellOf, rowsOf } from './rows.ts';

describe('a cell', () => {
  it.each([
    ['INTEGER', '42', 42],
    ['INTEGER', '9007199254740993', '9007199254740993'],
    ['INTEGER', '-9007199254740991', -9007199254740991],
    ['FLOAT', '1.5', 1.5],
    ['FLOAT', 'NaN', 'NaN'],
    ['FLOAT', '-Infinity', '-Infinity'],
    ['NUMERIC', '1.500000000', 1.5],
    ['NUMERIC', '100', 100],
    ['NUMERIC', '0.000000000', 0],
    ['NUMERIC', '12345678901234567890123.000000000', '12345678901234567890123'],
    ['BIGNUMERIC', '-0.1', -0.1],
    ['BOOLEAN', 'true', true],
    ['BOOLEAN', 'false', false],
    ['TIMESTAMP', '1795168800000000', '2026-11-20T10:00:00.000Z'],
    ['TIMESTAMP', '1795168800000001', '2026-11-20T10:00:00.000001Z'],
    ['TIMESTAMP', '-1', '1969-12-31T23:59:59.999999Z'],
    ['TIMESTAMP', '99999999999999999999', '99999999999999999999'],
    ['STRING', '007', '007'],
    ['DATE', '2026-11-20', '2026-11-20'],
    ['STRING', null, null],
  ])('of type %s from %j is %j', (type, value, cell) => {
    expect(cellOf({ type }, value)).toBe(cell);
  });

  it('that has no plain form is JSON text', () => {
    expect(cellOf({ type: 'INTEGER', mode: 'REPEATED' }, [{ v: '1' }])).toBe('[{"v":"1"}]');
  });
});

test('rows have the names of the schema, and null for what is not there', () => {
  const fields = [
    { name: 'song', type: 'STRING' },
    { name: 'plays', type: 'INTEGER' },
  ];
  expect(rowsOf(fields, [{ f: [{ v: 'a' }, { v: '2' }] }, { f: [{ v: 'b' }] }])).toEqual([
    { song: 'a', plays: 2 },
    { song: 'b', plays: null },
  ]);
  expect(rowsOf(fields)).toEqual([]);
});
