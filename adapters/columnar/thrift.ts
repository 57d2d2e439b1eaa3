// Thrift's compact protocol, as far as Parquet's metadata needs it:
// https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md

const TRUE = 1;
const FALSE = 2;
const I16 = 4;
const I32 = 5;
const I64 = 6;
const BINARY = 8;
const LIST = 9;
const STRUCT = 12;
const STOP = 0;
/** Lists of more say their length behind their head. */
const SHORT_LIST = 15;
/** Field numbers further apart are written out. */
const NEAR = 15;

/** A value in the protocol: its type, and its bytes. */
export interface Thrift {
  readonly type: number;
  readonly bytes: Uint8Array;
}

export const i16 = (value: number): Thrift => ({ type: I16, bytes: zigzag(value) });
export const i32 = (value: number): Thrift => ({ type: I32, bytes: zigzag(value) });
/** A safe integer. */
export const i64 = (value: number): Thrift => ({ type: I64, bytes: zigzag(value) });
/** A truth value, whose type says it all. */
export const bool = (value: boolean): Thrift => ({ type: value ? TRUE : FALSE, bytes: new Uint8Array() });

/** Text, or bytes as they are. */
export function binary(value: string | Uint8Array): Thrift {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  return { type: BINARY, bytes: Buffer.concat([varint(bytes.length), bytes]) };
}

/** Values that all have one type. */
export function list(values: readonly Thrift[]): Thrift {
  const type = values[0]?.type ?? I32;
  const { length } = values;
  const head = length < SHORT_LIST ? Buffer.of((length << 4) | type) : Buffer.concat([Buffer.of(0xf0 | type), varint(length)]);
  return { type: LIST, bytes: Buffer.concat([head, ...values.map(({ bytes }) => bytes)]) };
}

/** Fields by number, ascending; those without a value are left out. */
export function struct(fields: readonly (readonly [id: number, value: Thrift | null])[]): Thrift {
  const parts: Uint8Array[] = [];
  let last = 0;
  for (const [id, value] of fields) {
    if (value === null) continue;
    const step = id - last;
    parts.push(
      step > 0 && step <= NEAR ? Buffer.of((step << 4) | value.type) : Buffer.concat([Buffer.of(value.type), zigzag(id)]),
    );
    parts.push(value.bytes);
    last = id;
  }
  return { type: STRUCT, bytes: Buffer.concat([...parts, Buffer.of(STOP)]) };
}

function zigzag(value: number): Uint8Array {
  return varint(value < 0 ? -2 * value - 1 : 2 * value);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return Buffer.from([...bytes, rest]);
}
