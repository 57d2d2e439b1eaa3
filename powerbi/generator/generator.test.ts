import fc from 'fast-check';
import { brokenReferences } from '../checks/references.ts';
import { readTmdl } from '../checks/read-tmdl.ts';
import { martsOf, type Kind, type Mart } from './marts.ts';
import { measuresOf } from './measures.ts';
import { modelFiles } from './model.ts';
import { columnName, dayColumn, tableName } from './names.ts';
import { bigQuery, datedBy, publishedFiles, queryOf } from './sources.ts';
import { quoted, tmdl } from './tmdl.ts';

const column = (name: string, kind: Kind, description = 'Something.') => ({ name, kind, description });
const daily: Mart = {
  name: 'mart_daily_activity',
  description: 'One row a day.',
  columns: [column('played_at', 'instant'), column('active_users', 'integer', 'Distinct listeners.'), column('as_of', 'instant')],
};

test.each([
  ['paid_ratio_pct', 'Paid ratio %'],
  ['song_id', 'Song ID'],
  ['avg_plays_per_day', 'Average plays per day'],
  ['iso_code', 'ISO code'],
  ['city', 'City'],
])('%s is shown as %s', (name, shown) => {
  expect(columnName(name)).toBe(shown);
});

test('tables lose their prefix, and instants give the name of their day', () => {
  expect([tableName('mart_top_songs'), dayColumn('registered_at'), dayColumn('first_activity')]).toEqual([
    'Top songs',
    'registered_on',
    'first_activity_on',
  ]);
});

describe('marts of a manifest', () => {
  const node = (schema: string, type: string | null) => ({
    resource_type: 'model',
    name: 'mart_a',
    schema,
    description: 'Two\n  lines. ',
    columns: { n: { name: 'n', description: 'A number.', data_type: type } },
  });

  test('only the models of the marts schema, with types as kinds and descriptions on one line', () => {
    const nodes = {
      a: node('marts', 'INT64'),
      b: node('staging', 'int64'),
      c: { ...node('marts', 'int64'), resource_type: 'test' },
    };
    expect(martsOf({ nodes })).toEqual([
      { name: 'mart_a', description: 'Two lines.', columns: [{ name: 'n', kind: 'integer', description: 'A number.' }] },
    ]);
  });

  test.each([[null], ['geography'], ['array<int64>']])('type %p is refused by name', (type) => {
    expect(() => martsOf({ nodes: { a: node('marts', type) } })).toThrow('mart_a.n: its type');
  });
});

describe('measures', () => {
  test('a mart that nobody declared measures for has its rows and what they are true of', () => {
    expect(measuresOf(daily).map(({ name, dax }) => [name, dax])).toEqual([
      ['Daily activity rows', "COUNTROWS('Daily activity')"],
      ['Daily activity as of', "MAX('Daily activity'[As of])"],
    ]);
  });

  const declared = (dax: string) => ({ [daily.name]: [{ name: 'M', dax, format: '0', description: '' }] });

  test.each(['SUM([active_users])', 'DIVIDE(SUM([active_users]), 2)', 'SUMX([active_users])'])(
    '%s is refused: it adds up distinct counts',
    (dax) => {
      expect(() => measuresOf(daily, declared(dax))).toThrow('measure "M": adds up mart_daily_activity.active_users');
    },
  );

  test('a column that is not there is refused by name', () => {
    expect(() => measuresOf(daily, declared('MAX([activ_users])'))).toThrow('mart_daily_activity has no column "activ_users"');
  });
});

describe('queries', () => {
  test('read exactly the columns of the contract, instants as UTC, and the day it is dated by', () => {
    expect(queryOf(publishedFiles, daily).join('\n')).toBe(
      [
        'let',
        '\tMart = Parquet.Document(File.Contents(PublishedFolder & "\\marts.mart_daily_activity.parquet")),',
        '\tChosen = Table.SelectColumns(Mart, {"played_at", "active_users", "as_of"}),',
        '\tUtc = Table.TransformColumns(Chosen, {{"played_at", ToUtc, type nullable datetime}, {"as_of", ToUtc, type nullable datetime}}),',
        '\tDated = Table.AddColumn(Utc, "played_on", each DateTime.Date([played_at]), type nullable date)',
        'in',
        '\tDated',
      ].join('\n'),
    );
  });

  test('name the table of BigQuery by parameters', () => {
    const query = queryOf(bigQuery, daily).join('\n');
    expect(query).toContain('GoogleBigQuery.Database([BillingProject = GcpProject, UseStorageApi = false])');
    expect(query).toContain('{[Name = MartsDataset, Kind = "Schema"]}[Data]');
    expect(query).toContain('{[Name = "mart_daily_activity", Kind = "Table"]}[Data]');
  });

  test('a mart without an instant of its own has no day', () => {
    const undated = { ...daily, columns: daily.columns.slice(1) };
    expect(datedBy(undated)).toBeUndefined();
    expect(queryOf(bigQuery, undated).at(-1)).toBe('\tUtc');
  });
});

test('a new mart appears by itself: its table, its place in the model, its day in the date table', () => {
  const files = modelFiles(bigQuery, [daily]);
  expect(brokenReferences(files)).toEqual([]);
  expect(files.get('model.tmdl')).toContain("ref table 'Daily activity'\n");
  expect(files.get('relationships.tmdl')).toBe(
    "relationship mart_daily_activity_played_on\n\tfromColumn: 'Daily activity'.'Played on'\n\ttoColumn: Dates.Date\n",
  );
  expect(files.get('tables/Dates.tmdl')).toContain("MIN('Daily activity'[Played on])");
  const [table] = readTmdl(files.get('tables/Daily activity.tmdl') ?? '');
  expect(table?.children.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'measure Daily activity rows',
    'measure Daily activity as of',
    'column Played at',
    'column Active users',
    'column As of',
    'column Played on',
    'partition Daily activity',
  ]);
});

const word = fc.stringMatching(/^[^\t\n\r]{0,12}[^\s]$/u).filter((text) => text.trim() === text);

test('whatever the names and the texts, what is written is read back', () => {
  fc.assert(
    fc.property(word, word, word, (name, description, expression) => {
      const text = tmdl([
        {
          declaration: `table ${quoted(name)}`,
          description,
          children: [
            { declaration: `partition ${quoted(name)} = m`, properties: [{ name: 'source', value: ['let', `\t${expression}`] }] },
          ],
        },
      ]);
      const [table] = readTmdl(text);
      expect(table).toMatchObject({ kind: 'table', name, description });
      expect(table?.children[0]?.name).toBe(name);
      expect(table?.children[0]?.properties.get('source')).toContain(expression);
    }),
  );
});
