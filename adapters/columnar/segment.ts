import { setImmediate } from 'node:timers/promises';
import type { Contract } from '../../core/assets.ts';
import { DEAD_LETTER, isLineage, LINEAGE } from '../../core/columns.ts';
import { createDriftSample, type DriftSample } from '../../core/drift.ts';
import { startOf } from '../../core/hours.ts';
import type { EncodedFile, EncodedSegment, SegmentEncoder, SegmentHeading } from '../../core/ports/encoder.ts';
import type { RecordChunk } from '../../core/ports/event-log.ts';
import { valueAt } from '../../core/records.ts';
import { GrowingColumns, type Shape, type Source } from './columns.ts';
import { ParquetFile, type Written } from './parquet-file.ts';

/** Records decoded one by one between two turns of the event loop. */
const DECODED_IN_A_ROW = 100;

/** How much is written in one piece. */
export interface PieceSizes {
  /** Rows of a row group at most. */
  readonly groupRows: number;
  /** Bytes of text after which a page ends. */
  readonly pageBytes: number;
}

/** What a segment is encoded with. */
export interface SegmentParts extends PieceSizes {
  readonly contract: Contract;
  readonly heading: SegmentHeading;
  /** Who the files say wrote them. */
  readonly createdBy: string;
}

/** A segment being encoded: plain records are taken as they are, of others the contract decides. */
export class ColumnarSegment implements SegmentEncoder {
  readonly #parts: SegmentParts;
  readonly #drift: DriftSample;
  readonly #rows: GrowingFile;
  readonly #deadLetters: GrowingFile;
  #decoded = 0;

  constructor(parts: SegmentParts) {
    const { contract, groupRows, pageBytes, createdBy } = parts;
    const written = { pageBytes, createdBy };
    this.#parts = parts;
    this.#drift = createDriftSample(contract.columns.map(({ name }) => name));
    const { columns, rules } = contract;
    this.#rows = new GrowingFile({ columns, rules, groupRows }, { columns: [...columns, ...LINEAGE], ...written });
    const own = DEAD_LETTER.filter((column) => !isLineage(column));
    this.#deadLetters = new GrowingFile({ columns: own, rules: null, groupRows }, { columns: DEAD_LETTER, ...written });
  }

  async add(chunk: RecordChunk, epoch: number): Promise<void> {
    const source = { epoch, partition: chunk.partition, landedHour: startOf(this.#parts.heading.landedHour) };
    for (let index = this.#takePlain(chunk, 0, source); index < chunk.count; index = this.#takePlain(chunk, index, source)) {
      if (await this.#rows.flush()) continue;
      await this.#decide(chunk, index, source);
      index += 1;
    }
    // The reader may have the next chunk ready, and nothing else would make the event loop turn.
    await setImmediate();
  }

  async finish(): Promise<EncodedSegment> {
    try {
      const rows = await this.#rows.end();
      const deadLetters = await this.#deadLetters.end();
      return { rows, deadLetters, drift: this.#drift.drift() };
    } finally {
      await this.discard();
    }
  }

  discard(): Promise<void> {
    this.#rows.close();
    this.#deadLetters.close();
    return Promise.resolve();
  }

  /** Takes records from `from` on that are plain; gives the index of the first that is not, or has no room. */
  #takePlain(chunk: RecordChunk, from: number, source: Source): number {
    if (this.#parts.contract.rules === null) return from;
    const rows = this.#rows.from(source);
    let index = from;
    while (index < chunk.count) {
      const { to, unknown } = rows.take(chunk, index);
      if (to === index) break;
      for (let nth = 0; nth < unknown.length; nth += 1) {
        if (this.#drift.isDue()) this.#drift.look(unknown[nth] === 1 ? valueAt(chunk, index + nth) : null);
      }
      index = to;
    }
    return index;
  }

  async #decide(chunk: RecordChunk, index: number, source: Source): Promise<void> {
    const { contract, heading } = this.#parts;
    const record = valueAt(chunk, index);
    if (this.#drift.isDue()) this.#drift.look(record);
    const [offset, time] = [chunk.offsets[index] ?? 0, chunk.timestamps[index] ?? 0];
    const decoded = contract.decode(record);
    const file = decoded.ok ? this.#rows : this.#deadLetters;
    await file.flush();
    file.from(source).put(decoded.ok ? decoded.row : { ...decoded, topic: heading.topic, raw: record }, offset, time);
    this.#decoded += 1;
    if (this.#decoded % DECODED_IN_A_ROW === 0) await setImmediate();
  }
}

/** A file, and the row group that goes into it next; nothing is held before the first row. */
class GrowingFile {
  readonly #shape: Shape;
  readonly #file: ParquetFile;
  #growing: GrowingColumns | null = null;
  #source: Source | null = null;

  constructor(shape: Shape, written: Written) {
    this.#shape = shape;
    this.#file = new ParquetFile(written);
  }

  /** The columns, for rows of this source. */
  from(source: Source): GrowingColumns {
    this.#growing ??= new GrowingColumns(this.#shape);
    if (this.#source !== source) this.#growing.setSource(source);
    this.#source = source;
    return this.#growing;
  }

  /** Writes the group if it is full; tells whether it was. */
  async flush(): Promise<boolean> {
    if (this.#growing?.isFull !== true) return false;
    await this.#file.addGroup(this.#growing);
    return true;
  }

  async end(): Promise<EncodedFile | null> {
    if (this.#growing !== null && this.#growing.rows > 0) await this.#file.addGroup(this.#growing);
    return this.#file.end();
  }

  /** Gives back what is held; does nothing the second time. */
  close(): void {
    this.#growing?.close();
    this.#growing = null;
  }
}
