const LINE_BREAK = 0x0a;
const MINUS = 0x2d;
const ZERO = 0x30;
const SEVEN_DIGITS = 10_000_000;
/** Room that the head of a line and its end take at most. */
export const FRAME_BYTES = 128;

/** Where a record came from: `run` counts the partitions of a segment in the order in which they came; `time` in epoch milliseconds. */
export interface LineHead {
  readonly offset: number;
  readonly time: number;
  readonly run: number;
  /** True when what follows is not the record's own bytes. */
  readonly isRewritten: boolean;
}

/** Names of the fields of a head. No record that is put as it is has a field of these names. */
export const HEAD_FIELDS = { offset: '_o', time: '_t', run: '_r', isRewritten: '_c' } as const;

const [OFFSET, TIME, RUN, REWRITTEN, COMMA] = ['{"_o":', ',"_t":', ',"_r":', ',"_c":true', ','].map((text) => Buffer.from(text));
const HEAD = /^\{"_o":(\d+),"_t":(-?\d+)(?:,"_r":(\d+))?(,"_c":true)?,/;

/** What a line of a run says of it, and the comma before the record's own fields. */
export function runField(run: number): string {
  return run > 0 ? `,"_r":${String(run)},` : ',';
}

/** The head of a line and the position behind it. */
export function parseHead(line: Buffer): { readonly head: LineHead; readonly end: number } {
  const [all = '', offset, time, run, rewritten] = HEAD.exec(line.toString('latin1', 0, FRAME_BYTES)) ?? [];
  const head = { offset: Number(offset), time: Number(time), run: Number(run ?? 0), isRewritten: rewritten !== undefined };
  return { head, end: all.length };
}

/**
 * Lines that wait to be written, each a JSON object with a head before the fields of its record:
 * `{"_o":<offset>,"_t":<time>,` then, unless it is 0, `"_r":<run>,` and for what is rewritten `"_c":true,`.
 */
export class LineBuffer {
  #bytes: Buffer;
  #at = 0;

  constructor(size: number) {
    this.#bytes = Buffer.allocUnsafeSlow(size);
  }

  /** Bytes that are free. */
  get room(): number {
    return this.#bytes.length - this.#at;
  }

  /** True when a record of so many bytes can be put. */
  hasRoom(size: number): boolean {
    return size + FRAME_BYTES <= this.room;
  }

  /** Puts lines that are whole already; there must be room. */
  putBytes(lines: Uint8Array): void {
    this.#bytes.set(lines, this.#at);
    this.#at += lines.length;
  }

  /** Makes room for one record of so many bytes in an empty buffer. */
  grow(size: number): void {
    if (!this.hasRoom(size)) this.#bytes = Buffer.allocUnsafeSlow(size + FRAME_BYTES);
  }

  /** Puts a line with the record in `bytes[start, end)`, which begins with `{`; gives its length with the line break. */
  put(head: LineHead, bytes: Uint8Array, [start, end]: readonly [number, number]): number {
    const from = this.#at;
    this.#putHead(head);
    this.#bytes.set(bytes.subarray(start + 1, end), this.#at);
    this.#at += end - start - 1;
    this.#bytes[this.#at] = LINE_BREAK;
    this.#at += 1;
    return this.#at - from;
  }

  /** What was put since the last time, valid until something is put again. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.#at);
    this.#at = 0;
    return taken;
  }

  #putHead({ offset, time, run, isRewritten }: LineHead): void {
    this.#putText(OFFSET);
    this.#putInteger(offset);
    this.#putText(TIME);
    this.#putInteger(time);
    if (run > 0) {
      this.#putText(RUN);
      this.#putInteger(run);
    }
    if (isRewritten) this.#putText(REWRITTEN);
    this.#putText(COMMA);
  }

  #putText(text: Buffer | undefined): void {
    if (text === undefined) return;
    for (let index = 0; index < text.length; index += 1) this.#bytes[this.#at + index] = text[index] ?? 0;
    this.#at += text.length;
  }

  #putInteger(value: number): void {
    if (value < 0) {
      this.#bytes[this.#at] = MINUS;
      this.#at += 1;
    }
    const size = Math.abs(value);
    const high = Math.floor(size / SEVEN_DIGITS);
    if (high === 0) this.#putDigits(size, digitsOf(size));
    else {
      this.#putInteger(high);
      this.#putDigits(size - high * SEVEN_DIGITS, 7);
    }
  }

  #putDigits(value: number, count: number): void {
    let rest = value | 0;
    for (let index = this.#at + count - 1; index >= this.#at; index -= 1) {
      const next = (rest / 10) | 0;
      this.#bytes[index] = ZERO + rest - next * 10;
      rest = next;
    }
    this.#at += count;
  }
}

function digitsOf(value: number): number {
  let count = 1;
  for (let limit = 10; limit <= value; limit *= 10) count += 1;
  return count;
}
