import { open, type FileHandle } from 'node:fs/promises';
import { LineBuffer, type LineHead } from './line-buffer.ts';
import type { ScannedLines } from './line-scanner.ts';
import { scratchFailure, type Scratch } from './scratch.ts';

const BUFFER_BYTES = 1 << 20;

/** Lines that were written: where they are, and how long each is. */
export interface Lines {
  readonly path: string;
  readonly lengths: readonly number[];
  readonly bytes: number;
  readonly longest: number;
  /** Smallest and largest offset. */
  readonly firstOffset: number;
  readonly lastOffset: number;
}

/** A file of lines being written: while one buffer goes to the file, the next is filled. */
export class LineFile {
  readonly #scratch: Scratch;
  readonly #path: string;
  readonly #opened: Promise<FileHandle>;
  readonly #lengths: number[] = [];
  #bytes = 0;
  #longest = 0;
  #firstOffset = Infinity;
  #lastOffset = -Infinity;
  #filling = new LineBuffer(BUFFER_BYTES);
  #idle = new LineBuffer(BUFFER_BYTES);
  #written: Promise<void> = Promise.resolve();

  constructor(scratch: Scratch) {
    this.#scratch = scratch;
    this.#path = scratch.newFile('.json');
    this.#opened = open(this.#path, 'wx');
    this.#opened.catch(tellLater);
  }

  /** True when a record of so many bytes can be put before the next flush. */
  hasRoom(size: number): boolean {
    return this.#filling.hasRoom(size);
  }

  /** Bytes that lines may take before the next flush. */
  get room(): number {
    return this.#filling.room;
  }

  /** Puts lines that are whole already; there must be room. `offsets` are those of their records. */
  putLines({ bytes, lengths }: ScannedLines, offsets: Float64Array): void {
    this.#filling.putBytes(bytes);
    this.#bytes += bytes.length;
    for (let index = 0; index < lengths.length; index += 1) {
      this.#note(Math.abs(lengths[index] ?? 0), offsets[index] ?? 0);
    }
  }

  /** Puts a line; there must be room. Bytes as LineBuffer takes them. */
  put(head: LineHead, bytes: Uint8Array, span: readonly [number, number]): void {
    const length = this.#filling.put(head, bytes, span);
    this.#bytes += length;
    this.#note(length, head.offset);
  }

  /** Waits until what was flushed before is in the file, sends what was put since, and makes room for a record of so many bytes. @throws UNAVAILABLE */
  async flush(size = 0): Promise<void> {
    await this.#written;
    const full = this.#filling;
    this.#filling = this.#idle;
    this.#idle = full;
    this.#filling.grow(size);
    this.#written = this.#append(full.take());
    this.#written.catch(tellLater);
  }

  /** Puts a record of its own text, with room made for it. @throws UNAVAILABLE */
  async putText(head: LineHead, text: string): Promise<void> {
    const bytes = Buffer.from(text);
    if (!this.hasRoom(bytes.length)) await this.flush(bytes.length);
    this.put(head, bytes, [0, bytes.length]);
  }

  /** Ends the file. @throws UNAVAILABLE */
  async end(): Promise<Lines> {
    await this.flush();
    await this.#written;
    await (await this.#opened).close();
    return {
      path: this.#path,
      lengths: this.#lengths,
      bytes: this.#bytes,
      longest: this.#longest,
      firstOffset: this.#firstOffset,
      lastOffset: this.#lastOffset,
    };
  }

  /** Removes the file, whatever state it is in. */
  async discard(): Promise<void> {
    await this.#written.catch(tellLater);
    await this.#opened.then((handle) => handle.close()).catch(tellLater);
    await this.#scratch.remove(this.#path);
  }

  #note(length: number, offset: number): void {
    this.#lengths.push(length);
    if (length > this.#longest) this.#longest = length;
    if (offset < this.#firstOffset) this.#firstOffset = offset;
    if (offset > this.#lastOffset) this.#lastOffset = offset;
  }

  async #append(bytes: Buffer): Promise<void> {
    try {
      const handle = await this.#opened;
      for (let at = 0; at < bytes.length;) at += (await handle.write(bytes, at)).bytesWritten;
    } catch (cause) {
      throw scratchFailure(cause, this.#scratch.folder);
    }
  }
}

/** For a promise whose failure whoever awaits it next is told. */
function tellLater(): void {
  return;
}
