import type { Contract } from '../../core/assets.ts';
import { DEAD_LETTER, LINEAGE, type Column } from '../../core/columns.ts';
import { startOf } from '../../core/hours.ts';
import { nearestInstant } from '../../core/instants.ts';
import type { SegmentHeading } from '../../core/ports/encoder.ts';
import type { LogRecord } from '../../core/ports/event-log.ts';

/** A row as a reader of the Parquet file finds it: integers and instants (microseconds) as bigint, bytes as hex, null for none. */
export type ReadRow = Readonly<Record<string, unknown>>;

/** What the contract makes of records: the rows of both files. */
export function expectedRows(
  contract: Contract,
  heading: SegmentHeading,
  records: readonly (LogRecord & { readonly epoch: number })[],
) {
  const rows: ReadRow[] = [];
  const deadLetters: ReadRow[] = [];
  for (const record of records) {
    const { epoch, partition, offset, timestamp, value } = record;
    const time = { _kafka_time: nearestInstant(timestamp), _landed_hour: startOf(heading.landedHour) };
    const lineage = { _epoch: epoch, _kafka_partition: partition, _offset: offset, ...time };
    const decoded = contract.decode(value);
    if (decoded.ok) rows.push(readRow([...contract.columns, ...LINEAGE], { ...decoded.row, ...lineage }));
    else deadLetters.push(readRow(DEAD_LETTER, { ...decoded, ...lineage, topic: heading.topic, raw: value }));
  }
  return { rows, deadLetters };
}

function readRow(columns: readonly Column[], row: Readonly<Record<string, unknown>>): ReadRow {
  return Object.fromEntries(columns.map((column) => [column.name, readCell(column, row[column.name] ?? null)]));
}

function readCell({ type }: Column, value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (typeof value === 'string') return Buffer.from(value).toString();
  if (typeof value !== 'number') return value;
  if (type === 'float64') return value + 0;
  return BigInt(value) * (type === 'timestamp' ? 1_000n : 1n);
}
