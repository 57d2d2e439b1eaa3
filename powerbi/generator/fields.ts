import { columnName, tableName } from './names.ts';

/** A column of a mart, or a measure that stands in its table, as visuals refer to it. */
export interface Field {
  readonly table: string;
  readonly name: string;
  readonly kind: 'Column' | 'Measure';
}

/** What visuals of one mart draw from, by the names of its contract; measures by their own. */
export function fieldsOf(mart: string) {
  const table = tableName(mart);
  return {
    column: (name: string): Field => ({ table, name: columnName(name), kind: 'Column' }),
    measure: (name: string): Field => ({ table, name, kind: 'Measure' }),
  };
}

/** A column of the date table. */
export const dates = (name: string): Field => ({ table: 'Dates', name, kind: 'Column' });

/** A field in the words of a semantic query; `source` is the alias that a filter gave its table. */
export function expressionOf({ table, name, kind }: Field, source?: string) {
  const reference = source === undefined ? { Entity: table } : { Source: source };
  return { [kind]: { Expression: { SourceRef: reference }, Property: name } };
}

/** A field in a visual's role. */
export function projectionOf(field: Field) {
  return { field: expressionOf(field), queryRef: `${field.table}.${field.name}`, nativeQueryRef: field.name, active: true };
}
