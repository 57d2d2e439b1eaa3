import { expressionOf, projectionOf, type Field } from './fields.ts';

/** Where a visual stands on its page of 1280 × 720, in pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Keeps what a visual shows to one value of a column, or to its values up to a number. */
export interface Filter {
  readonly field: Field;
  readonly is: string | { readonly atMost: number };
}

/** One visual of a page; `name` is its folder. `type` is Power BI's own name, `roles` what its wells hold. */
export interface Visual {
  readonly name: string;
  readonly type: 'card' | 'clusteredBarChart' | 'clusteredColumnChart' | 'tableEx' | 'azureMap';
  readonly title: string;
  readonly box: Box;
  readonly roles: Readonly<Record<string, readonly Field[]>>;
  readonly sort?: { readonly by: Field; readonly direction: 'Ascending' | 'Descending' };
  readonly filters?: readonly Filter[];
}

const SCHEMA = 'https://developer.microsoft.com/json-schemas/fabric/item/report/definition/visualContainer/2.4.0/schema.json';
const LESS_OR_EQUAL = 4;

/** A visual's file; `order` is its place when the page is walked through by keyboard. */
export function visualFile(visual: Visual, order: number) {
  const { name, type, title, box, roles, sort, filters = [] } = visual;
  const queryState = Object.fromEntries(
    Object.entries(roles).map(([role, fields]) => [role, { projections: fields.map(projectionOf) }]),
  );
  const sorted =
    sort === undefined ? {} : { sortDefinition: { sort: [{ field: expressionOf(sort.by), direction: sort.direction }] } };
  const filtered =
    filters.length === 0
      ? {}
      : { filterConfig: { filters: filters.map((filter, at) => filterOf(filter, `${name}_${String(at)}`)) } };
  return {
    $schema: SCHEMA,
    name,
    position: { ...box, z: order, tabOrder: order },
    visual: {
      visualType: type,
      query: { queryState, ...sorted },
      visualContainerObjects: {
        title: [{ properties: { show: literal('true'), text: literal(`'${title.replaceAll("'", "''")}'`) } }],
      },
      drillFilterOtherVisuals: true,
    },
    ...filtered,
  };
}

function filterOf({ field, is }: Filter, name: string) {
  const alias = 't';
  const expression = expressionOf(field, alias);
  const condition =
    typeof is === 'string'
      ? { In: { Expressions: [expression], Values: [[{ Literal: { Value: `'${is}'` } }]] } }
      : {
          Comparison: { ComparisonKind: LESS_OR_EQUAL, Left: expression, Right: { Literal: { Value: `${String(is.atMost)}L` } } },
        };
  return {
    name,
    field: expressionOf(field),
    type: typeof is === 'string' ? 'Categorical' : 'Advanced',
    filter: { Version: 2, From: [{ Name: alias, Entity: field.table, Type: 0 }], Where: [{ Condition: condition }] },
  };
}

const literal = (value: string) => ({ expr: { Literal: { Value: value } } });
