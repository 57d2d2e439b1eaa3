import { Field, makeData, RecordBatch, Schema, Struct, Table, tableToIPC } from 'apache-arrow';
import {
  Compression,
  Encoding,
  EnabledStatistics,
  Table as WasmTable,
  writeParquet,
  WriterPropertiesBuilder,
  type WriterProperties,
} from 'parquet-wasm/node';
import type { Column } from '../../core/columns.ts';
import { arrowColumn } from './columns.ts';

const ROW_GROUP_ROWS = 1 << 20;
/** Columns whose values hardly repeat but grow steadily: deltas take less room than a dictionary. */
const STEADY: ReadonlySet<string> = new Set(['_offset', '_kafka_time', 'ts']);

/** Rows by column: each column with its values in row order, all of one length. */
export type ColumnValues = readonly (readonly [column: Column, values: readonly unknown[]])[];

/** One zstd Parquet file of `columns`, every column nullable; equal values give equal bytes. */
export function parquetOf(columns: ColumnValues): Uint8Array {
  const named = columns.map(([column, values]) => ({ name: column.name, data: arrowColumn(column, values) }));
  const fields = named.map(({ name, data }) => new Field(name, data.type, true));
  const children = named.map(({ data }) => data);
  const length = children[0]?.length ?? 0;
  const batch = new RecordBatch(new Schema(fields), makeData({ type: new Struct(fields), length, children, nullCount: 0 }));
  const ipc = tableToIPC(new Table([batch]), 'stream');
  // Each call takes over what it is given, so nothing is left to free; the result is copied out of wasm memory.
  return writeParquet(WasmTable.fromIPCStream(ipc), propertiesFor(columns));
}

function propertiesFor(columns: ColumnValues): WriterProperties {
  const start = new WriterPropertiesBuilder()
    .setCompression(Compression.ZSTD)
    .setMaxRowGroupSize(ROW_GROUP_ROWS)
    .setStatisticsEnabled(EnabledStatistics.Chunk);
  return columns
    .map(([{ name }]) => name)
    .filter((name) => STEADY.has(name))
    .reduce(
      (builder, name) => builder.setColumnDictionaryEnabled(name, false).setColumnEncoding(name, Encoding.DELTA_BINARY_PACKED),
      start,
    )
    .build();
}
