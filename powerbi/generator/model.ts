import { datedBy, queryOf, toUtc, type Source } from './sources.ts';
import { measuresOf, type Measure } from './measures.ts';
import type { Kind, Mart, MartColumn } from './marts.ts';
import { columnName, dayColumn, tableName } from './names.ts';
import { quoted, tmdl, type TmdlObject, type TmdlProperty } from './tmdl.ts';

/** What the model calls each kind, and how it is shown; null leaves that to Power BI. */
const TYPES: Readonly<Record<Kind, { readonly dataType: string; readonly format: string | null }>> = {
  text: { dataType: 'string', format: null },
  integer: { dataType: 'int64', format: '#,0' },
  number: { dataType: 'double', format: '#,0.00' },
  flag: { dataType: 'boolean', format: null },
  instant: { dataType: 'dateTime', format: 'yyyy-MM-dd HH:mm' },
  date: { dataType: 'dateTime', format: 'yyyy-MM-dd' },
};

/** What maps need to know of a column, by its name. */
const CATEGORIES: Readonly<Record<string, string>> = {
  latitude: 'Latitude',
  longitude: 'Longitude',
  city: 'City',
  state: 'StateOrProvince',
};

/** Keys and ordinals, which nobody wants with separators. */
const PLAIN = /(^|_)(id|rank)($|_)/;

/** The files of a semantic model, by path inside its `definition` folder. */
export function modelFiles(source: Source, marts: readonly Mart[]): ReadonlyMap<string, string> {
  return new Map([
    ['database.tmdl', tmdl([{ declaration: 'database', properties: [{ name: 'compatibilityLevel', value: '1600' }] }])],
    ['model.tmdl', modelText(marts)],
    ['expressions.tmdl', tmdl([...source.parameters, toUtc])],
    ['relationships.tmdl', tmdl(marts.flatMap(relationshipOf))],
    ['tables/Dates.tmdl', tmdl([dateTable(marts)])],
    ...marts.map((mart) => [`tables/${tableName(mart.name)}.tmdl`, tmdl([martTable(source, mart)])] as const),
  ]);
}

function modelText(marts: readonly Mart[]): string {
  const model: TmdlObject = {
    declaration: 'model Model',
    properties: [
      { name: 'culture', value: 'en-US' },
      { name: 'defaultPowerBIDataSourceVersion', value: 'powerBI_V3' },
      { name: 'discourageImplicitMeasures', value: true },
      { name: 'sourceQueryCulture', value: 'en-US' },
    ],
    children: [{ declaration: 'dataAccessOptions', properties: ['legacyRedirects', 'returnErrorValuesAsNull'].map(flag) }],
  };
  const tables = ['Dates', ...marts.map(({ name }) => tableName(name))];
  const references = tables.map((name) => `ref table ${quoted(name)}`);
  return `${tmdl([model])}\nannotation __PBI_TimeIntelligenceEnabled = 0\n\n${references.join('\n')}\n`;
}

function relationshipOf(mart: Mart): readonly TmdlObject[] {
  const dated = datedBy(mart);
  if (dated === undefined) return [];
  const from = `${quoted(tableName(mart.name))}.${quoted(columnName(dayColumn(dated)))}`;
  return [
    {
      declaration: `relationship ${mart.name}_${dayColumn(dated)}`,
      properties: [
        { name: 'fromColumn', value: from },
        { name: 'toColumn', value: 'Dates.Date' },
      ],
    },
  ];
}

function martTable(source: Source, mart: Mart): TmdlObject {
  const dated = datedBy(mart);
  const day = dated === undefined ? [] : [dayOf(dated)];
  return {
    declaration: `table ${quoted(tableName(mart.name))}`,
    description: mart.description,
    children: [
      ...measuresOf(mart).map(measureObject),
      ...[...mart.columns, ...day].map(columnObject),
      partition({ table: tableName(mart.name), kind: 'm', lines: queryOf(source, mart) }),
    ],
  };
}

function dayOf(instant: string): MartColumn {
  return { name: dayColumn(instant), kind: 'date', description: `Day of ${instant}, UTC: what the date table filters by.` };
}

function measureObject({ name, dax, format, description }: Measure): TmdlObject {
  return {
    declaration: `measure ${quoted(name)} = ${dax}`,
    description,
    properties: [{ name: 'formatString', value: format }],
  };
}

function columnObject({ name, kind, description }: MartColumn): TmdlObject {
  const { dataType, format } = TYPES[kind];
  const shown = kind === 'integer' && PLAIN.test(name) ? '0' : format;
  const category = CATEGORIES[name];
  return {
    declaration: `column ${quoted(columnName(name))}`,
    description,
    properties: [
      { name: 'dataType', value: dataType },
      ...(shown === null ? [] : [{ name: 'formatString', value: shown }]),
      ...(category === undefined ? [] : [{ name: 'dataCategory', value: category }]),
      { name: 'summarizeBy', value: 'none' },
      { name: 'sourceColumn', value: name },
    ],
  };
}

/** Days from the first to the last year that any mart is dated by; today's year while the marts are empty. */
function dateTable(marts: readonly Mart[]): TmdlObject {
  const days = marts.flatMap((mart) => {
    const dated = datedBy(mart);
    return dated === undefined ? [] : [`'${tableName(mart.name)}'[${columnName(dayColumn(dated))}]`];
  });
  const edge = (verb: 'MIN' | 'MAX') =>
    `YEAR(COALESCE(${verb}X({${days.map((day) => `${verb}(${day})`).join(', ')}}, [Value]), TODAY()))`;
  return {
    declaration: 'table Dates',
    description: 'Days, UTC. They filter songs and places by their first play, listeners by their registration.',
    properties: [{ name: 'dataCategory', value: 'Time' }],
    children: [
      {
        declaration: 'column Date',
        description: 'Day, UTC.',
        properties: [
          { name: 'dataType', value: 'dateTime' },
          { name: 'isKey', value: true },
          { name: 'isNameInferred', value: true },
          { name: 'formatString', value: 'yyyy-MM-dd' },
          { name: 'summarizeBy', value: 'none' },
          { name: 'sourceColumn', value: '[Date]' },
        ],
      },
      dateColumn({ name: 'Year', dax: 'YEAR([Date])', dataType: 'int64', description: 'Year.' }),
      dateColumn({ name: 'Month', dax: 'FORMAT([Date], "yyyy-MM")', dataType: 'string', description: 'Month, such as 2026-11.' }),
      dateColumn({ name: 'Weekday number', dax: 'WEEKDAY([Date], 2)', dataType: 'int64', description: '1 is Monday.' }),
      dateColumn({ name: 'Weekday', dax: 'FORMAT([Date], "dddd")', dataType: 'string', description: 'Weekday.' }, [
        { name: 'sortByColumn', value: quoted('Weekday number') },
      ]),
      partition({
        table: 'Dates',
        kind: 'calculated',
        lines: [`CALENDAR(DATE(${edge('MIN')}, 1, 1), DATE(${edge('MAX')}, 12, 31))`],
      }),
    ],
  };
}

interface DateColumn {
  readonly name: string;
  readonly dax: string;
  readonly dataType: 'int64' | 'string';
  readonly description: string;
}

function dateColumn({ name, dax, dataType, description }: DateColumn, more: readonly TmdlProperty[] = []): TmdlObject {
  const format = dataType === 'int64' ? [{ name: 'formatString', value: '0' }] : [];
  return {
    declaration: `column ${quoted(name)} = ${dax}`,
    description,
    properties: [{ name: 'dataType', value: dataType }, ...format, { name: 'summarizeBy', value: 'none' }, ...more],
  };
}

function partition({ table, kind, lines }: { table: string; kind: 'm' | 'calculated'; lines: readonly string[] }): TmdlObject {
  return {
    declaration: `partition ${quoted(table)} = ${kind}`,
    properties: [
      { name: 'mode', value: 'import' },
      { name: 'source', value: lines },
    ],
  };
}

const flag = (name: string): TmdlProperty => ({ name, value: true });
