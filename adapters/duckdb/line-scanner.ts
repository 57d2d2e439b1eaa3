import type { RecordRules } from '../../core/assets.ts';
import { nearestInstant } from '../../core/instants.ts';
import type { RecordChunk } from '../../core/ports/event-log.ts';
import { limitsOf, type ValueLimits } from '../../core/sieve-field.ts';
import { FRAME_BYTES, runField } from './line-buffer.ts';
import { code } from './scan-lines.wasm.ts';

/** Takes records as orders at a place in memory say; gives the index behind the last that was taken. */
type Scan = (orders: number, from: number, to: number) => number;

interface Memory {
  readonly buffer: ArrayBuffer;
}

/** What is used of WebAssembly: Node has it, its types do not. */
declare const WebAssembly: {
  readonly Memory: new (size: { readonly initial: number }) => Memory;
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: { readonly scan: Scan } };
};

/** Bytes of records, and records, that are looked at in one go: what the processor's cache holds. */
const TEXT_BYTES = 256 * 1024;
const MAX_RECORDS = 2_048;
/** So many bytes behind any position are read, whatever is there. */
const REACH = 16;
const PAGE_BYTES = 65_536;
/** The compiled program keeps what it needs below this. */
const FREE_FROM = 4_096;

/** Layouts of scan-lines.as.ts. */
const FIELD_BYTES = 56;
const TEXT_ENTRY_BYTES = 8;
const ORDERS_BYTES = 88;
const KINDS: Readonly<Record<ValueLimits['kind'], number>> = { text: 0, choice: 1, integer: 2, number: 3, boolean: 4, doubt: 5 };

/** Lines of records that were taken, one behind the other; views that hold until the next scan. */
export interface ScannedLines {
  readonly bytes: Uint8Array;
  /** Length of each line; of a record with fields that the contract does not name, below zero. */
  readonly lengths: Int32Array;
}

/** Which records of a chunk, from `from` on, the run they belong to, and bytes there is room for. */
export interface ScanOrder {
  readonly from: number;
  readonly run: number;
  readonly room: number;
}

/**
 * Takes plain records as the sieve does and makes lines of them as LineBuffer does, in one pass and in WebAssembly. It may
 * stop before any record: then the sieve and the contract decide.
 */
export class LineScanner {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #scan: Scan;
  readonly #orders: number;
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;
  readonly #offsets: Float64Array;
  readonly #times: Float64Array;
  readonly #lengths: Int32Array;
  readonly #frame: Uint8Array;
  readonly #text: number;
  readonly #out: number;

  /** `reserved` names fields of the writer's own, as createSieve takes them. */
  constructor({ fields, allowsUnknown }: RecordRules, reserved: readonly string[]) {
    const tables = new Tables();
    const limits = fields.map((field) => ({ field, values: limitsOf(field) }));
    const choices = limits.map(({ values }) => tables.texts(values.choices));
    const keys = tables.texts([...fields.map(({ name }) => name), ...reserved].map((name) => `${JSON.stringify(name)}:`));
    const table = tables.room(keys.count * FIELD_BYTES);
    this.#orders = tables.room(ORDERS_BYTES);
    const at = {
      offsets: tables.room(MAX_RECORDS * 8),
      times: tables.room(MAX_RECORDS * 8),
      starts: tables.room(MAX_RECORDS * 4),
      ends: tables.room(MAX_RECORDS * 4),
      lengths: tables.room(MAX_RECORDS * 4),
      frame: tables.room(FRAME_BYTES),
      text: tables.room(TEXT_BYTES + REACH),
      out: tables.room(TEXT_BYTES + MAX_RECORDS * FRAME_BYTES),
    };
    const memory = new WebAssembly.Memory({ initial: Math.ceil((tables.end + REACH) / PAGE_BYTES) });
    const { buffer } = memory;
    this.#bytes = new Uint8Array(buffer);
    this.#view = new DataView(buffer);
    this.#starts = new Int32Array(buffer, at.starts, MAX_RECORDS);
    this.#ends = new Int32Array(buffer, at.ends, MAX_RECORDS);
    this.#offsets = new Float64Array(buffer, at.offsets, MAX_RECORDS);
    this.#times = new Float64Array(buffer, at.times, MAX_RECORDS);
    this.#lengths = new Int32Array(buffer, at.lengths, MAX_RECORDS);
    this.#frame = new Uint8Array(buffer, at.frame, FRAME_BYTES);
    this.#text = at.text;
    this.#out = at.out;
    tables.writeTo(this.#bytes, this.#view);
    keys.at.forEach((key, index) => {
      const known = limits[index];
      const place = table + index * FIELD_BYTES;
      const { kind = 'doubt', freeLength = 0, freeLengthBelowZero = 0, min = 0, max = 0 } = known?.values ?? {};
      const chosen = choices[index];
      const words = [key.at, key.length, KINDS[kind], Number(known?.field.required ?? false), freeLength, freeLengthBelowZero];
      this.#words(place, [...words, chosen?.table ?? 0, chosen?.count ?? 0]);
      this.#view.setFloat64(place + 32, min, true);
      this.#view.setFloat64(place + 40, max, true);
      this.#words(place + 48, [0, index + 1]);
    });
    const required = fields.filter((field) => field.required).length;
    this.#words(this.#orders, [table, fields.length, keys.count, required, Number(allowsUnknown)]);
    this.#words(this.#orders + 20, [at.starts, at.ends, at.offsets, at.times, at.text, at.frame, 0, at.out, 0, at.lengths]);
    this.#view.setFloat64(this.#orders + 72, nearestInstant(-Infinity), true);
    this.#view.setFloat64(this.#orders + 80, nearestInstant(Infinity), true);
    this.#scan = programIn(memory);
  }

  /** Takes records until one is in doubt, there is no room, or it has taken enough. */
  scan(chunk: RecordChunk, { from, run, room }: ScanOrder): ScannedLines {
    const to = this.#bring(chunk, from);
    const frame = Buffer.from(runField(run));
    this.#frame.set(frame);
    this.#view.setInt32(this.#orders + 44, frame.length, true);
    const most = Math.min(room, TEXT_BYTES + MAX_RECORDS * FRAME_BYTES);
    this.#view.setInt32(this.#orders + 52, this.#out + most, true);
    const taken = this.#scan(this.#orders, 0, to - from);
    const written = this.#view.getInt32(this.#orders + 60, true);
    return {
      bytes: this.#bytes.subarray(this.#out, this.#out + written),
      lengths: this.#lengths.subarray(0, taken),
    };
  }

  /** Copies records from `from` on, as many as are looked at in one go; gives the index behind the last. */
  #bring({ bytes, count, starts, ends, offsets, timestamps }: RecordChunk, from: number): number {
    const low = starts[from] ?? 0;
    const limit = Math.min(count, from + MAX_RECORDS);
    let to = from;
    let high = low;
    for (; to < limit; to += 1) {
      const start = starts[to] ?? 0;
      const end = ends[to] ?? -1;
      if (start < low || end < 0 || end - low > TEXT_BYTES) break;
      this.#starts[to - from] = start - low;
      this.#ends[to - from] = end - low;
      if (end > high) high = end;
    }
    this.#bytes.set(bytes.subarray(low, high), this.#text);
    this.#offsets.set(offsets.subarray(from, to));
    this.#times.set(timestamps.subarray(from, to));
    return to;
  }

  #words(at: number, values: readonly number[]): void {
    values.forEach((value, index) => {
      this.#view.setInt32(at + 4 * index, value, true);
    });
  }
}

interface PlacedText {
  readonly at: number;
  readonly length: number;
}

/** Texts in memory: `table` is where their places and lengths are. */
interface PlacedTexts {
  readonly table: number;
  readonly count: number;
  readonly at: readonly PlacedText[];
}

/** Gives out memory, and remembers what belongs there until the memory is made. */
class Tables {
  #next = FREE_FROM;
  readonly #texts: { readonly place: PlacedText; readonly bytes: Uint8Array }[] = [];
  readonly #lists: PlacedTexts[] = [];

  /** Where the memory that was given out ends. */
  get end(): number {
    return this.#next;
  }

  /** Memory for so many bytes, at a multiple of 16. */
  room(bytes: number): number {
    const at = this.#next;
    this.#next += Math.ceil(bytes / 16) * 16;
    return at;
  }

  /** Memory for texts that are compared with, and their table. */
  texts(wanted: readonly string[]): PlacedTexts {
    const at = wanted.map((text) => {
      const bytes = new TextEncoder().encode(text);
      const place = { at: this.room(bytes.length + REACH), length: bytes.length };
      this.#texts.push({ place, bytes });
      return place;
    });
    const placed = { table: this.room(at.length * TEXT_ENTRY_BYTES), count: at.length, at };
    this.#lists.push(placed);
    return placed;
  }

  writeTo(bytes: Uint8Array, view: DataView): void {
    for (const text of this.#texts) bytes.set(text.bytes, text.place.at);
    for (const { table, at } of this.#lists) {
      at.forEach((place, index) => {
        view.setInt32(table + index * TEXT_ENTRY_BYTES, place.at, true);
        view.setInt32(table + index * TEXT_ENTRY_BYTES + 4, place.length, true);
      });
    }
  }
}

function programIn(memory: Memory): Scan {
  const program = new WebAssembly.Module(Buffer.from(code, 'base64'));
  return new WebAssembly.Instance(program, { env: { memory } }).exports.scan;
}
