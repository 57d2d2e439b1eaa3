/** Column types that every store we write has: 64-bit integers, doubles, UTF-8 text, booleans, UTC microsecond instants and raw bytes. */
export type ColumnType = 'int64' | 'float64' | 'string' | 'boolean' | 'timestamp' | 'bytes';

/** One column of a table; `required` columns are never null. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly required: boolean;
  readonly description: string;
}

/** A table by its `schema.name` and columns in order. */
export interface Table {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly Column[];
}

/** The columns that landing adds to every row: where the record came from, and the landing hour it was planned in. */
export const LINEAGE: readonly Column[] = [
  {
    name: '_epoch',
    type: 'int64',
    required: true,
    description: 'Life of the topic, counted from 0; a recreated topic opens the next.',
  },
  { name: '_kafka_partition', type: 'int64', required: true, description: 'Kafka partition of the record.' },
  {
    name: '_offset',
    type: 'int64',
    required: true,
    description: 'Kafka offset of the record; unique within topic, epoch and partition.',
  },
  { name: '_kafka_time', type: 'timestamp', required: true, description: 'Timestamp of the Kafka record, UTC.' },
  {
    name: '_landed_hour',
    type: 'timestamp',
    required: true,
    description: 'Landing hour: when the batch was planned, never the event time.',
  },
];

/** Columns of a dead-letter file: raw bytes, where they came from, and what the contract said. */
export const DEAD_LETTER: readonly Column[] = [
  ...LINEAGE,
  { name: 'topic', type: 'string', required: true, description: 'Topic of the record.' },
  { name: 'reason', type: 'string', required: true, description: 'Why the record does not fit its contract.' },
  { name: 'path', type: 'string', required: true, description: 'Field at fault, dotted; empty when the record as a whole is.' },
  { name: 'raw', type: 'bytes', required: false, description: 'The record as it was; null when it had no value.' },
];

const LINEAGE_NAMES: ReadonlySet<string> = new Set(LINEAGE.map(({ name }) => name));

/** True for the columns that landing adds. */
export function isLineage({ name }: Pick<Column, 'name'>): boolean {
  return LINEAGE_NAMES.has(name);
}

/** True for the columns whose smallest and largest value a file's entry in the log tells: lineage, and every instant. */
export function isRanged(column: Pick<Column, 'name' | 'type'>): boolean {
  return column.type === 'timestamp' || isLineage(column);
}
