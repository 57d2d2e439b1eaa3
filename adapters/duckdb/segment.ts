import { setImmediate } from 'node:timers/promises';
import { createDriftSample, type DriftSample } from '../../core/drift.ts';
import { nearestInstant } from '../../core/instants.ts';
import type { EncodedSegment, SegmentEncoder } from '../../core/ports/encoder.ts';
import type { RecordChunk } from '../../core/ports/event-log.ts';
import type { Sieve } from '../../core/sieve.ts';
import type { LineHead } from './line-buffer.ts';
import type { LineScanner } from './line-scanner.ts';
import { SegmentFiles, type SegmentFileParts } from './segment-files.ts';

/** Records decoded one by one between two turns of the event loop. */
const DECODED_IN_A_ROW = 100;

/** What a segment is encoded with. */
export interface SegmentParts extends SegmentFileParts {
  readonly sieve: Sieve;
  /** Takes what the sieve would let pass, only faster; null where there is none. */
  readonly scanner: LineScanner | null;
}

/** A chunk being taken. */
interface Part {
  readonly chunk: RecordChunk;
  readonly text: DataView;
  readonly run: number;
}

/** A segment being encoded: records that the sieve lets pass are written as they are, of others the contract decides. */
export class DuckDbSegment implements SegmentEncoder {
  readonly #sieve: Sieve;
  readonly #scanner: LineScanner | null;
  readonly #files: SegmentFiles;
  readonly #drift: DriftSample;
  #decoded = 0;

  constructor({ sieve, scanner, ...parts }: SegmentParts) {
    this.#sieve = sieve;
    this.#scanner = scanner;
    this.#files = new SegmentFiles(parts);
    this.#drift = createDriftSample(parts.contract.columns.map(({ name }) => name));
  }

  async add(chunk: RecordChunk, epoch: number): Promise<void> {
    // Whatever is behind the chunk in memory is part of the text: the sieve looks a few bytes beyond a record.
    const text = new DataView(chunk.bytes.buffer, chunk.bytes.byteOffset);
    const part = { chunk, text, run: this.#files.runOf(chunk.partition, epoch) };
    let index = this.#takePlain(part, 0);
    while (index < chunk.count) {
      const size = (chunk.ends[index] ?? 0) - (chunk.starts[index] ?? 0);
      if (this.#files.rows.hasRoom(size)) {
        await this.#takeInDoubt(part, index);
        index += 1;
      } else {
        await this.#files.rows.flush(size);
      }
      index = this.#takePlain(part, index);
    }
  }

  async finish(): Promise<EncodedSegment> {
    try {
      const rows = await this.#files.encodeRows();
      const deadLetters = await this.#files.encodeDeadLetters();
      return { rows, deadLetters, drift: this.#drift.drift() };
    } finally {
      await this.discard();
    }
  }

  discard(): Promise<void> {
    return this.#files.discard();
  }

  /** Takes records from `from` on that are plain; gives the index of the first that is not, or has no room. */
  #takePlain(part: Part, from: number): number {
    const { chunk, text } = part;
    const { count, starts, ends, bytes } = chunk;
    const { rows } = this.#files;
    for (let index = this.#takeScanned(part, from); index < count; index += 1) {
      const start = starts[index] ?? 0;
      const end = ends[index] ?? -1;
      if (end < 0 || !rows.hasRoom(end - start) || !this.#sieve.isPlain(text, start, end)) return index;
      if (this.#drift.isDue()) this.#drift.look(this.#sieve.hadUnknown() ? bytes.subarray(start, end) : null);
      rows.put(headOf(part, index), bytes, [start, end]);
    }
    return count;
  }

  /** Takes records from `from` on; gives the index of the first that the scanner leaves to the sieve. */
  #takeScanned({ chunk, run }: Part, from: number): number {
    const { rows } = this.#files;
    let index = from;
    while (this.#scanner !== null && index < chunk.count) {
      const scanned = this.#scanner.scan(chunk, { from: index, run, room: rows.room });
      const { length } = scanned.lengths;
      if (length === 0) break;
      rows.putLines(scanned, chunk.offsets.subarray(index, index + length));
      scanned.lengths.forEach((size, nth) => {
        if (this.#drift.isDue()) this.#drift.look(size < 0 ? recordAt(chunk, index + nth) : null);
      });
      index += length;
    }
    return index;
  }

  async #takeInDoubt(part: Part, index: number): Promise<void> {
    const record = recordAt(part.chunk, index);
    if (this.#drift.isDue()) this.#drift.look(record);
    await this.#files.decide(headOf(part, index), record);
    this.#decoded += 1;
    if (this.#decoded % DECODED_IN_A_ROW === 0) await setImmediate();
  }
}

/** The bytes of a record; null for a tombstone. */
function recordAt({ bytes, starts, ends }: RecordChunk, index: number): Uint8Array | null {
  const end = ends[index] ?? -1;
  return end < 0 ? null : bytes.subarray(starts[index] ?? 0, end);
}

function headOf({ chunk, run }: Part, index: number): LineHead {
  const time = nearestInstant(chunk.timestamps[index] ?? 0);
  return { offset: chunk.offsets[index] ?? 0, time, run, isRewritten: false };
}
