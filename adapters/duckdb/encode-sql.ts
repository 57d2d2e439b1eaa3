import { DEAD_LETTER, LINEAGE, type Column, type ColumnType } from '../../core/columns.ts';
import { startOf } from '../../core/hours.ts';
import type { SegmentHeading } from '../../core/ports/encoder.ts';
import { HEAD_FIELDS } from './line-buffer.ts';
import type { Lines } from './line-file.ts';
import { identifier, literal } from './sql.ts';

/**
 * Rows of a group at most, and bytes of JSON in one. Memory grows with it: a worker that lands listen events as fast as it can
 * peaks at 530 to 560 MB with these, at up to 630 MB with 32,768 rows, whose files are a twenty-fifth smaller.
 */
const GROUP_ROWS = 24_576;
const GROUP_BYTES = 1 << 25;
const LEAST_GROUP_ROWS = 4;
/** Smallest buffer that lines are read through. It fits a processor's cache, which the default of 16 MiB does not. */
const LEAST_OBJECT_BYTES = 1 << 16;

/** How rows of so many bytes of JSON are written as Parquet; a COPY with these options returns statistics. */
export function parquetOptions(rowBytes: number): string {
  const rows = Math.min(GROUP_ROWS, Math.max(LEAST_GROUP_ROWS, Math.floor(GROUP_BYTES / Math.max(1, rowBytes))));
  return `format parquet, compression zstd, row_group_size ${String(rows)}, return_stats`;
}

/** One partition of a segment, in one epoch. */
export interface Run {
  readonly partition: number;
  readonly epoch: number;
}

/** What rows of a segment have in common. */
export interface RowSource {
  readonly heading: SegmentHeading;
  readonly runs: readonly Run[];
}

/** How each type is read from JSON. Integers come as doubles: what is no integer is then seen instead of rounded. */
const READ_AS: Readonly<Record<ColumnType, string>> = {
  int64: 'DOUBLE',
  timestamp: 'DOUBLE',
  float64: 'DOUBLE',
  string: 'VARCHAR',
  boolean: 'BOOLEAN',
  bytes: 'VARCHAR',
};

/** A statement that writes lines as Parquet, by what it reads and what it makes of it. */
export interface Copy {
  readonly columns: readonly Column[];
  readonly sql: (lines: Lines, target: string) => string;
}

/** The statement for rows of a contract's columns. */
export function copyOfRows(columns: readonly Column[], source: RowSource): Copy {
  return copyOf({ columns: [...columns, ...LINEAGE], read: columns, source, constants: {} });
}

/** The statement for dead letters; `order` sorts those that were added late to their places. */
export function copyOfDeadLetters(source: RowSource, order: boolean): Copy {
  const read = DEAD_LETTER.filter(({ name }) => name === 'reason' || name === 'path' || name === 'raw');
  const constants = { topic: literal(source.heading.topic) };
  return copyOf({ columns: DEAD_LETTER, read, source, constants, order });
}

interface CopyParts {
  readonly columns: readonly Column[];
  /** The columns that are fields of the lines. */
  readonly read: readonly Column[];
  readonly source: RowSource;
  readonly constants: Readonly<Record<string, string>>;
  readonly order?: boolean;
}

function copyOf({ columns, read, source, constants, order = false }: CopyParts): Copy {
  const lineage = lineageOf(source);
  const fields = new Map(read.map((column) => [column.name, valueOf(column)] as const));
  const values = columns.map(({ name }) => {
    const value = fields.get(name) ?? lineage[name] ?? constants[name] ?? 'null';
    return `${value} as ${identifier(name)}`;
  });
  const { offset, time, run } = HEAD_FIELDS;
  const types = [
    ...read.map(({ name, type }) => [name, READ_AS[type]] as const),
    ...[offset, time, ...(source.runs.length > 1 ? [run] : [])].map((name) => [name, 'BIGINT'] as const),
  ].map(([name, type]) => `${literal(name)}: '${type}'`);
  const keys = [...(source.runs.length > 1 ? [`coalesce(${identifier(run)}, 0)`] : []), identifier(offset)];
  const tail = order ? ` order by ${keys.join(', ')}` : '';
  return {
    columns,
    sql: (lines, target) => `
      copy (select ${values.join(', ')} from read_json(${literal(lines.path)}, format = 'newline_delimited',
        columns = {${types.join(', ')}}, maximum_object_size = ${String(Math.max(lines.longest, LEAST_OBJECT_BYTES))})${tail})
      to ${literal(target)} (${parquetOptions(lines.bytes / lines.lengths.length)})`,
  };
}

function valueOf({ name, type }: Column): string {
  const value = identifier(name);
  switch (type) {
    case 'int64':
      return integer(value, name);
    case 'timestamp':
      return `make_timestamptz(${integer(value, name)} * 1000)`;
    case 'bytes':
      return `from_base64(${value})`;
    case 'float64':
    case 'string':
    case 'boolean':
      return value;
  }
}

function integer(value: string, name: string): string {
  return `case when ${value} <> trunc(${value}) then error(${literal(`${name} is no integer`)}) else cast(${value} as bigint) end`;
}

function lineageOf({ heading, runs }: RowSource): Readonly<Record<string, string>> {
  const { offset, time } = HEAD_FIELDS;
  return {
    _epoch: byRun(runs.map(({ epoch }) => epoch)),
    _kafka_partition: byRun(runs.map(({ partition }) => partition)),
    _offset: identifier(offset),
    _kafka_time: `make_timestamptz(${identifier(time)} * 1000)`,
    _landed_hour: `make_timestamptz(${String(startOf(heading.landedHour) * 1000)}::bigint)`,
  };
}

function byRun(values: readonly number[]): string {
  const [first = 0] = values;
  if (values.every((value) => value === first)) return `${String(first)}::bigint`;
  return `([${values.join(', ')}]::bigint[])[coalesce(${identifier(HEAD_FIELDS.run)}, 0) + 1]`;
}
