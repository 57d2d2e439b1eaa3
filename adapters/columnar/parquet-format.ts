import type { Column, ColumnType } from '../../core/columns.ts';
import { binary, bool, i16, i32, i64, list, struct, type Thrift } from './thrift.ts';

// Numbers and fields as in https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift

const MAGIC = Buffer.from('PAR1');
const ZSTD = 6;
const OPTIONAL = 1;
const PLAIN = 0;
const PLAIN_DICTIONARY = 2;
const RLE = 3;
const DATA_PAGE = 0;
const DICTIONARY_PAGE = 2;

interface Physical {
  readonly type: number;
  readonly converted: Thrift | null;
  readonly logical: Thrift | null;
}

const nothing = struct([]);
const BYTE_ARRAY = 6;
const INT64 = 2;
const PHYSICAL: Readonly<Record<ColumnType, Physical>> = {
  boolean: { type: 0, converted: null, logical: null },
  int64: { type: INT64, converted: null, logical: null },
  timestamp: {
    type: INT64,
    converted: i32(10),
    // In UTC, in microseconds.
    logical: struct([
      [
        8,
        struct([
          [1, bool(true)],
          [2, struct([[2, nothing]])],
        ]),
      ],
    ]),
  },
  float64: { type: 5, converted: null, logical: null },
  string: { type: BYTE_ARRAY, converted: i32(0), logical: struct([[1, nothing]]) },
  bytes: { type: BYTE_ARRAY, converted: null, logical: null },
};

/** Sizes of a page before and after compression, in bytes. */
export interface Page {
  readonly size: number;
  readonly compressedSize: number;
}

/** A column's part of a row group, as its metadata tell it. Places and sizes in bytes, those of a page with its header. */
export interface ChunkMeta {
  readonly column: Column;
  readonly values: number;
  readonly nulls: number;
  readonly size: number;
  readonly compressedSize: number;
  readonly dictionaryAt: number | null;
  readonly pageAt: number;
  readonly bounds: { readonly min: Uint8Array; readonly max: Uint8Array } | null;
}

/** A row group, as its metadata tell it. */
export interface GroupMeta {
  readonly rows: number;
  readonly chunks: readonly ChunkMeta[];
}

/** How a file begins. */
export const fileHead: Uint8Array = MAGIC;

/** The header of a page of so many different values. */
export function dictionaryHeader(page: Page, values: number): Uint8Array {
  const kind = struct([
    [1, i32(values)],
    [2, i32(PLAIN_DICTIONARY)],
  ]);
  return header(DICTIONARY_PAGE, page, [7, kind]);
}

/** The header of a page of values, or of codes of a dictionary, of so many rows. */
export function dataHeader(page: Page, rows: number, isPlain: boolean): Uint8Array {
  const encoding = i32(isPlain ? PLAIN : PLAIN_DICTIONARY);
  return header(DATA_PAGE, page, [
    5,
    struct([
      [1, i32(rows)],
      [2, encoding],
      [3, i32(RLE)],
      [4, i32(RLE)],
    ]),
  ]);
}

function header(type: number, { size, compressedSize }: Page, kind: readonly [number, Thrift]): Uint8Array {
  return struct([[1, i32(type)], [2, i32(size)], [3, i32(compressedSize)], kind]).bytes;
}

/** What stands behind the row groups of a file: its metadata, their length, and the end. */
export function fileTail(columns: readonly Column[], groups: readonly GroupMeta[], createdBy: string): Uint8Array {
  const root = struct([
    [4, binary('schema')],
    [5, i32(columns.length)],
  ]);
  const meta = struct([
    [1, i32(1)],
    [2, list([root, ...columns.map(schemaElement)])],
    [3, i64(groups.reduce((sum, { rows }) => sum + rows, 0))],
    [4, list(groups.map(rowGroup))],
    [6, binary(createdBy)],
    // Bounds are in the order of each column's type.
    [7, list(columns.map(() => struct([[1, nothing]])))],
  ]).bytes;
  const length = Buffer.alloc(4);
  length.writeUInt32LE(meta.length);
  return Buffer.concat([meta, length, MAGIC]);
}

/** Every column may be null: what the contract requires is told by the contract. */
function schemaElement({ name, type }: Column): Thrift {
  const { type: physical, converted, logical } = PHYSICAL[type];
  return struct([
    [1, i32(physical)],
    [3, i32(OPTIONAL)],
    [4, binary(name)],
    [6, converted],
    [10, logical],
  ]);
}

function rowGroup({ rows, chunks }: GroupMeta, ordinal: number): Thrift {
  const sum = (of: (chunk: ChunkMeta) => number) => chunks.reduce((total, chunk) => total + of(chunk), 0);
  return struct([
    [1, list(chunks.map(columnChunk))],
    [2, i64(sum(({ size }) => size))],
    [3, i64(rows)],
    [5, i64(Math.min(...chunks.map(startOf)))],
    [6, i64(sum(({ compressedSize }) => compressedSize))],
    [7, i16(ordinal)],
  ]);
}

function startOf({ dictionaryAt, pageAt }: ChunkMeta): number {
  return dictionaryAt ?? pageAt;
}

function columnChunk(chunk: ChunkMeta): Thrift {
  const { column, bounds, dictionaryAt } = chunk;
  const encodings = [dictionaryAt === null ? PLAIN : PLAIN_DICTIONARY, RLE];
  const statistics = struct([
    [3, i64(chunk.nulls)],
    [5, bounds === null ? null : binary(bounds.max)],
    [6, bounds === null ? null : binary(bounds.min)],
  ]);
  const meta = struct([
    [1, i32(PHYSICAL[column.type].type)],
    [2, list(encodings.map(i32))],
    [3, list([binary(column.name)])],
    [4, i32(ZSTD)],
    [5, i64(chunk.values + chunk.nulls)],
    [6, i64(chunk.size)],
    [7, i64(chunk.compressedSize)],
    [9, i64(chunk.pageAt)],
    [11, dictionaryAt === null ? null : i64(dictionaryAt)],
    [12, statistics],
  ]);
  return struct([
    [2, i64(startOf(chunk))],
    [3, meta],
  ]);
}
