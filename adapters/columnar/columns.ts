import type { FieldRule, RecordRules } from '../../core/assets.ts';
import { cellOf, type Cell } from '../../core/cells.ts';
import { LINEAGE, type Column, type ColumnType } from '../../core/columns.ts';
import { SoundFlowError } from '../../core/errors.ts';
import { nearestInstant } from '../../core/instants.ts';
import type { RecordChunk } from '../../core/ports/event-log.ts';
import { limitsOf, type ValueLimits } from './limits.ts';
import { Layout, REACH } from './memory.ts';
import { giveBack, isOutOfMemory, takeMachine, type Machine, type Program } from './program.ts';

/** Bytes of records, and records, that are looked at in one go: what the processor's cache holds. */
const TEXT_BYTES = 256 * 1024;
const MAX_RECORDS = 2_048;

/** Layouts of records.as.ts and columns.as.ts. */
const FIELD_BYTES = 56;
const COLUMN_BYTES = 128;
const ORDERS_BYTES = 104;
const ORDERS = { epoch: 64, partition: 72, landedHour: 80, firstInstant: 88, lastInstant: 96 } as const;
const COLUMN = { isPlain: 8, values: 16, distinct: 20, nulls: 24, heap: 36, page: 100, min: 108, max: 116 } as const;

const FIELD_KINDS: Readonly<Record<ValueLimits['kind'], number>> = {
  text: 0,
  choice: 1,
  integer: 2,
  number: 3,
  boolean: 4,
  doubt: 5,
};
const COLUMN_KINDS: Readonly<Record<ColumnType, number>> = {
  int64: 0,
  timestamp: 0,
  float64: 1,
  boolean: 2,
  string: 3,
  bytes: 3,
};
/** The types of column that values of a kind go to. */
const FITS: Readonly<Record<ValueLimits['kind'], readonly ColumnType[]>> = {
  text: ['string'],
  choice: ['string'],
  integer: ['int64', 'timestamp', 'float64'],
  number: ['float64'],
  boolean: ['boolean'],
  doubt: [],
};

/** What rows are made of: columns beside those of lineage, the rules that records are taken by (null: none is), and rows of a group at most. */
export interface Shape {
  readonly columns: readonly Column[];
  readonly rules: RecordRules | null;
  readonly groupRows: number;
}

/** What rows have in common: `landedHour` in epoch milliseconds. */
export interface Source {
  readonly epoch: number;
  readonly partition: number;
  readonly landedHour: number;
}

/** Records that were taken: the index behind the last, and for each one a one if it has fields that the contract does not name. Valid until the next call. */
export interface Taken {
  readonly to: number;
  readonly unknown: Uint8Array;
}

/** A column of a row group as it is written, in memory that the next call may write over. */
export interface SettledColumn {
  readonly values: number;
  readonly nulls: number;
  /** Values that are different, one behind the other; null when the page has them itself. */
  readonly dictionary: { readonly content: Uint8Array; readonly count: number } | null;
  /** Smallest and largest value, plain; null where none is told. */
  readonly bounds: { readonly min: Uint8Array; readonly max: Uint8Array } | null;
}

/** A data page: levels, and values or codes, of so many rows; the next one is written over it. */
export interface DataPage {
  readonly rows: number;
  readonly content: Uint8Array;
}

/** The row group of a file, column by column in WebAssembly, while it grows. */
export class GrowingColumns {
  /** The columns in order, those of lineage last. */
  readonly columns: readonly Column[];
  readonly #shape: Shape;
  readonly #machine: Machine;
  readonly #places: Places;
  #views: Views;

  constructor(shape: Shape) {
    this.#shape = shape;
    this.columns = [...shape.columns, ...LINEAGE];
    const layout = new Layout();
    this.#places = placesIn(layout, shape);
    const tables = fieldTables(layout, shape);
    this.#machine = takeMachine(layout.end);
    this.#views = viewsOf(this.#machine.memory.buffer, this.#places);
    layout.writeTo(this.#views.buffer);
    this.#writeTables(tables);
    this.#machine.program.begin(this.#places.orders, layout.end);
  }

  /** Rows of the group so far. */
  get rows(): number {
    return this.#machine.program.rowCount();
  }

  /** True when the group is to be encoded before another row is put. */
  get isFull(): boolean {
    return this.#machine.program.isFull() !== 0;
  }

  /** Says what the rows that follow have in common. */
  setSource({ epoch, partition, landedHour }: Source): void {
    const { view } = this.#fresh();
    const { orders } = this.#places;
    view.setFloat64(orders + ORDERS.epoch, epoch, true);
    view.setFloat64(orders + ORDERS.partition, partition, true);
    view.setFloat64(orders + ORDERS.landedHour, landedHour, true);
  }

  /** Takes records from `from` on until one is in doubt, the group is full, or it has taken enough. */
  take(chunk: RecordChunk, from: number): Taken {
    const brought = this.#bring(chunk, from);
    const taken = this.#told(({ scan }) => scan(0, brought));
    return { to: from + taken, unknown: this.#fresh().unknown.subarray(0, taken) };
  }

  /** Puts a row; undefined is null. @throws BAD_ASSET when a value is not of its column's type, UNAVAILABLE */
  put(row: Readonly<Record<string, unknown>>, offset: number, time: number): void {
    const cells = this.#shape.columns.map((column) => cellOf(column, row[column.name]));
    this.#told((program) => {
      cells.forEach((cell, index) => {
        this.#putCell(index, cell);
      });
      program.putOrigin(offset, time);
      program.endRow();
    });
  }

  /** Settles how the column of this index is written; its pages are asked for then, before another column is settled. */
  settle(index: number): SettledColumn {
    this.#told(({ settle }) => {
      settle(index);
    });
    const { int, span } = this.#columnAt(index);
    const [isPlain, distinct, min, max] = [int(COLUMN.isPlain) !== 0, int(COLUMN.distinct), span(COLUMN.min), span(COLUMN.max)];
    const hasBounds = int(COLUMN.min + 4) >= 0;
    return {
      values: int(COLUMN.values),
      nulls: int(COLUMN.nulls),
      dictionary: isPlain || distinct === 0 ? null : { content: span(COLUMN.heap), count: distinct },
      bounds: hasBounds ? { min, max } : null,
    };
  }

  /** The next page of a column that was settled; null after the last. Long texts are parted into pages of about so many bytes. */
  nextPage(index: number, bytes: number): DataPage | null {
    const rows = this.#told(({ nextPage }) => nextPage(index, bytes));
    return rows === 0 ? null : { rows, content: this.#columnAt(index).span(COLUMN.page) };
  }

  /** Begins the next group. */
  clear(): void {
    this.#machine.program.clearGroup();
  }

  /** Gives the memory back: nothing may be called any more. */
  close(): void {
    giveBack(this.#machine);
  }

  /** What the program says of a column: a word, or bytes by where they are and their size. */
  #columnAt(index: number) {
    const { view, bytes } = this.#fresh();
    const at = this.#places.columns + index * COLUMN_BYTES;
    const int = (offset: number) => view.getInt32(at + offset, true);
    const span = (offset: number) => bytes.subarray(int(offset), int(offset) + int(offset + 4));
    return { int, span };
  }

  #putCell(index: number, cell: Cell): void {
    const { program } = this.#machine;
    if (cell === null) program.putMissing(index);
    else if (typeof cell === 'string' || cell instanceof Uint8Array) {
      const bytes = typeof cell === 'string' ? Buffer.from(cell) : cell;
      const at = program.stage(bytes.length);
      this.#fresh().bytes.set(bytes, at);
      program.putStaged(index, bytes.length);
    } else program.putCell(index, Number(cell));
  }

  /** Has the program do something. @throws UNAVAILABLE when there is no memory for it: the group is lost then */
  #told<Answer>(work: (program: Program) => Answer): Answer {
    try {
      return work(this.#machine.program);
    } catch (cause) {
      if (!isOutOfMemory(cause)) throw cause;
      const size = this.#machine.memory.buffer.byteLength;
      const message = `no memory for the columns of a segment, which take ${String(size)} bytes. Lower LANDING_SEGMENT_BYTES.`;
      throw new SoundFlowError('UNAVAILABLE', message, { cause });
    }
  }

  /** Views of the memory as it is now: when it has grown, older ones see nothing. */
  #fresh(): Views {
    const { buffer } = this.#machine.memory;
    if (this.#views.buffer !== buffer) this.#views = viewsOf(buffer, this.#places);
    return this.#views;
  }

  /** Copies records from `from` on, as many as are looked at in one go; gives their number. */
  #bring({ bytes, count, starts, ends, offsets, timestamps }: RecordChunk, from: number): number {
    const views = this.#fresh();
    const low = starts[from] ?? 0;
    const limit = Math.min(count, from + MAX_RECORDS);
    let to = from;
    let high = low;
    for (; to < limit; to += 1) {
      const start = starts[to] ?? 0;
      const end = ends[to] ?? -1;
      if (start < low || end < 0 || end - low > TEXT_BYTES) break;
      views.starts[to - from] = start - low;
      views.ends[to - from] = end - low;
      if (end > high) high = end;
    }
    views.bytes.set(bytes.subarray(low, high), this.#places.text);
    views.offsets.set(offsets.subarray(from, to));
    views.times.set(timestamps.subarray(from, to));
    return to - from;
  }

  #writeTables({ fields, table }: FieldTables): void {
    const { view, bytes } = this.#views;
    const { orders, columns, ...at } = this.#places;
    const { rules, groupRows } = this.#shape;
    const words = (place: number, values: readonly number[]) => {
      values.forEach((value, index) => {
        view.setInt32(place + 4 * index, value, true);
      });
    };
    fields.forEach((field, index) => {
      const place = table + index * FIELD_BYTES;
      words(place, [...field.words, index + 1]);
      view.setFloat64(place + 40, field.min, true);
      view.setFloat64(place + 48, field.max, true);
    });
    bytes.fill(0, columns, columns + this.columns.length * COLUMN_BYTES);
    this.columns.forEach(({ name, type }, index) => {
      const field = index < this.#shape.columns.length ? fields.findIndex((one) => one.name === name) : -1;
      words(columns + index * COLUMN_BYTES, [COLUMN_KINDS[type], type === 'timestamp' ? 1_000 : 1, 0, field]);
    });
    const required = (rules?.fields ?? []).filter((field) => field.required).length;
    words(orders, [table, fields.length, required, Number(rules?.allowsUnknown ?? false), columns, this.#shape.columns.length]);
    words(orders + 24, [groupRows, at.starts, at.ends, at.offsets, at.times, at.unknown, at.text, at.unescaped, at.spans, 0]);
    view.setFloat64(orders + ORDERS.firstInstant, nearestInstant(-Infinity), true);
    view.setFloat64(orders + ORDERS.lastInstant, nearestInstant(Infinity), true);
  }
}

/** Where things lie that JavaScript writes or reads. */
type Places = ReturnType<typeof placesIn>;

function placesIn(layout: Layout, { columns, rules }: Shape) {
  return {
    orders: layout.room(ORDERS_BYTES),
    columns: layout.room((columns.length + LINEAGE.length) * COLUMN_BYTES),
    offsets: layout.room(MAX_RECORDS * 8),
    times: layout.room(MAX_RECORDS * 8),
    starts: layout.room(MAX_RECORDS * 4),
    ends: layout.room(MAX_RECORDS * 4),
    unknown: layout.room(MAX_RECORDS),
    text: layout.room(TEXT_BYTES + REACH),
    unescaped: layout.room(TEXT_BYTES + REACH),
    spans: layout.room((rules?.fields.length ?? 0) * MAX_RECORDS * 8),
  };
}

type Views = ReturnType<typeof viewsOf>;

function viewsOf(buffer: ArrayBuffer, places: Places) {
  return {
    buffer,
    bytes: new Uint8Array(buffer),
    view: new DataView(buffer),
    offsets: new Float64Array(buffer, places.offsets, MAX_RECORDS),
    times: new Float64Array(buffer, places.times, MAX_RECORDS),
    starts: new Int32Array(buffer, places.starts, MAX_RECORDS),
    ends: new Int32Array(buffer, places.ends, MAX_RECORDS),
    unknown: new Uint8Array(buffer, places.unknown, MAX_RECORDS),
  };
}

interface FieldTables {
  readonly table: number;
  readonly fields: readonly {
    readonly name: string;
    readonly words: readonly number[];
    readonly min: number;
    readonly max: number;
  }[];
}

function fieldTables(layout: Layout, { rules, columns }: Shape): FieldTables {
  const rulesOfFields = rules?.fields ?? [];
  const keys = layout.texts(rulesOfFields.map(({ name }) => `${JSON.stringify(name)}:`));
  const fields = rulesOfFields.map((rule, index) => {
    const { kind, choices, freeLength, freeLengthBelowZero, min, max } = limitsIn(columns, rule);
    const { at = 0, length = 0 } = keys.at[index] ?? {};
    // A text with escapes would have to be read first: records that have it are left to the contract.
    const { table, count } = layout.texts(choices.filter((choice) => !choice.includes('\\')));
    const words = [at, length, FIELD_KINDS[kind], Number(rule.required), freeLength, freeLengthBelowZero, table, count];
    return { name: rule.name, words, min, max };
  });
  return { table: layout.room(fields.length * FIELD_BYTES), fields };
}

/** A field whose values do not go to a column as they are is in doubt. */
function limitsIn(columns: readonly Column[], rule: FieldRule): ValueLimits {
  const limits = limitsOf(rule);
  const column = columns.find(({ name }) => name === rule.name);
  return column === undefined || FITS[limits.kind].includes(column.type) ? limits : { ...limits, kind: 'doubt' };
}
