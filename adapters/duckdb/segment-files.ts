import type { Contract } from '../../core/assets.ts';
import { SoundFlowError } from '../../core/errors.ts';
import type { EncodedFile, SegmentHeading } from '../../core/ports/encoder.ts';
import { canonicalJson } from './canonical.ts';
import { encodeLines } from './encode-lines.ts';
import { copyOfDeadLetters, copyOfRows, type Run } from './encode-sql.ts';
import type { LineHead } from './line-buffer.ts';
import { LineFile, type Lines } from './line-file.ts';
import { mendLines } from './mend-lines.ts';
import type { ScratchEngine } from './scratch-engine.ts';

/** What a segment's files are made with. */
export interface SegmentFileParts {
  readonly engine: ScratchEngine;
  readonly contract: Contract;
  readonly heading: SegmentHeading;
}

/** The two files of a segment while it grows: lines of rows, and lines of dead letters once there are any. */
export class SegmentFiles {
  readonly #parts: SegmentFileParts;
  readonly #runs: Run[] = [];
  #rows: LineFile;
  #deadLetters: LineFile | null = null;
  #isMended = false;

  constructor(parts: SegmentFileParts) {
    this.#parts = parts;
    this.#rows = new LineFile(parts.engine.scratch);
  }

  /** Where lines of rows go. */
  get rows(): LineFile {
    return this.#rows;
  }

  /** The number of a partition and epoch within the segment. */
  runOf(partition: number, epoch: number): number {
    const known = this.#runs.findIndex((run) => run.partition === partition && run.epoch === epoch);
    return known >= 0 ? known : this.#runs.push({ partition, epoch }) - 1;
  }

  /** Puts a record where its contract says it belongs. @throws UNAVAILABLE, BAD_ASSET */
  async decide(head: LineHead, record: Uint8Array | null): Promise<void> {
    const { contract, engine } = this.#parts;
    const decoded = contract.decode(record);
    if (decoded.ok) {
      await this.#rows.putText({ ...head, isRewritten: true }, canonicalJson(contract.columns, decoded.row));
      return;
    }
    this.#deadLetters ??= new LineFile(engine.scratch);
    const { reason, path } = decoded;
    const raw = record === null ? null : Buffer.from(record.buffer, record.byteOffset, record.length).toString('base64');
    await this.#deadLetters.putText({ ...head, isRewritten: true }, JSON.stringify({ reason, path, raw }));
  }

  /** The rows as a Parquet file; what DuckDB does not read as the contract asks is decided by the contract. @throws UNAVAILABLE, BAD_ASSET */
  async encodeRows(): Promise<EncodedFile | null> {
    const lines = await this.#rows.end();
    if (lines.lengths.length === 0) return null;
    const { engine, contract } = this.#parts;
    const copy = copyOfRows(contract.columns, this.#source());
    const encoded = await encodeLines(engine, lines, copy);
    if (encoded !== null) return encoded;
    const doubtful = this.#rows;
    this.#rows = new LineFile(engine.scratch);
    this.#isMended = true;
    try {
      const decide = (head: LineHead, record: Uint8Array) => this.decide(head, record);
      await mendLines(engine, { lines, copy, into: this.#rows, decide });
    } finally {
      await doubtful.discard();
    }
    return this.#encodeWhole(await this.#rows.end(), copy);
  }

  /** The dead letters as a Parquet file, once the rows are encoded. @throws UNAVAILABLE */
  async encodeDeadLetters(): Promise<EncodedFile | null> {
    if (this.#deadLetters === null) return null;
    return this.#encodeWhole(await this.#deadLetters.end(), copyOfDeadLetters(this.#source(), this.#isMended));
  }

  /** Removes the files. */
  async discard(): Promise<void> {
    await this.#rows.discard();
    await this.#deadLetters?.discard();
  }

  async #encodeWhole(lines: Lines, copy: ReturnType<typeof copyOfRows>): Promise<EncodedFile | null> {
    if (lines.lengths.length === 0) return null;
    const encoded = await encodeLines(this.#parts.engine, lines, copy);
    if (encoded !== null) return encoded;
    const message = `topic ${this.#parts.heading.topic}: DuckDB does not read back the rows that the contract let pass. Land it with LANDING_ENCODER=arrow.`;
    throw new SoundFlowError('BAD_ASSET', message);
  }

  #source() {
    return { heading: this.#parts.heading, runs: this.#runs };
  }
}
