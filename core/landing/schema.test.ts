import { LINEAGE, type Column } from '../columns.ts';
import { schemaFingerprint, tableColumns } from './schema.ts';

const song: Column = { name: 'song', type: 'string', required: true, description: 'Title.' };
const plays: Column = { name: 'plays', type: 'int64', required: false, description: 'Plays.' };

describe('schemaFingerprint', () => {
  it.each<readonly [string, readonly Column[]]>([
    ['a column is added', [song, plays, { ...song, name: 'artist' }]],
    ['a column is gone', [song]],
    ['a type is another', [song, { ...plays, type: 'float64' }]],
    ['a name is another', [song, { ...plays, name: 'count' }]],
    ['columns change places', [plays, song]],
    [
      'a name is in two parts',
      [
        { ...song, name: 'so' },
        { ...plays, name: 'ngplays' },
      ],
    ],
  ])('is another when %s', (_, columns) => {
    expect(schemaFingerprint(columns)).not.toBe(schemaFingerprint([song, plays]));
  });

  it('is the same when only words or nullability change, and whether lineage is named or not', () => {
    const same = [
      { ...song, description: 'Its title.' },
      { ...plays, required: true },
    ];
    expect(schemaFingerprint(same)).toBe(schemaFingerprint([song, plays]));
    expect(schemaFingerprint([song, plays, ...LINEAGE])).toBe(schemaFingerprint([song, plays]));
  });
});

it('tableColumns keeps the place of a lineage column that the contract names itself', () => {
  const [epoch, ...others] = LINEAGE;
  if (epoch === undefined) throw new Error('no lineage');
  expect(tableColumns([epoch, song])).toEqual([epoch, song, ...others]);
});
