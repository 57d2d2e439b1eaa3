import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { compress } from '@bokuweb/zstd-wasm';
import { isRanged, type Column } from '../../core/columns.ts';
import { SoundFlowError } from '../../core/errors.ts';
import { isoMicros } from '../../core/instants.ts';
import type { ColumnRange, EncodedFile } from '../../core/ports/encoder.ts';
import { loadZstd } from '../zstd/load.ts';
import type { EncodedColumn, GrowingColumns } from './columns.ts';
import { dataHeader, dictionaryHeader, fileHead, fileTail, type ChunkMeta, type GroupMeta, type Page } from './parquet-format.ts';

/** Higher ones take twice the time for a twentieth of the size. */
const LEVEL = 1;

/** A Parquet file being written, row group by row group. `columns` say in which order they stand in it. */
export class ParquetFile {
  readonly #columns: readonly Column[];
  readonly #createdBy: string;
  readonly #parts: Uint8Array[] = [];
  readonly #groups: GroupMeta[] = [];
  #size = 0;

  constructor(columns: readonly Column[], createdBy: string) {
    this.#columns = columns;
    this.#createdBy = createdBy;
    this.#push(fileHead);
  }

  /** Writes the group and begins the next one. The event loop has a turn after each column. */
  async addGroup(growing: GrowingColumns): Promise<void> {
    await loadZstd();
    const { rows } = growing;
    const chunks: ChunkMeta[] = [];
    for (const column of this.#columns) {
      const encoded = growing.encode(growing.columns.indexOf(column));
      checkSound(column, encoded, rows);
      chunks.push(this.#addChunk(column, encoded));
      await setImmediate();
    }
    this.#groups.push({ rows, chunks });
    growing.clear();
  }

  /** Ends the file; null when it has no row. */
  end(): EncodedFile | null {
    const rows = this.#groups.reduce((sum, group) => sum + group.rows, 0);
    if (rows === 0) return null;
    this.#push(fileTail(this.#columns, this.#groups, this.#createdBy));
    const content = Buffer.allocUnsafeSlow(this.#size);
    let at = 0;
    for (const part of this.#parts) {
      content.set(part, at);
      at += part.length;
    }
    return { content, digest: createHash('sha256').update(content).digest('hex'), rows, ranges: this.#ranges() };
  }

  #addChunk(column: Column, { values, nulls, dictionary, page, bounds }: EncodedColumn): ChunkMeta {
    const start = this.#size;
    let size = 0;
    const add = (raw: Uint8Array, count: number, headerOf: (written: Page) => Uint8Array): number => {
      const at = this.#size;
      const written = { size: raw.length, compressed: compress(raw, LEVEL), values: count };
      const head = headerOf(written);
      size += head.length + raw.length;
      this.#push(head);
      this.#push(written.compressed);
      return at;
    };
    const dictionaryAt = dictionary === null ? null : add(dictionary.content, dictionary.count, dictionaryHeader);
    const pageAt = add(page, values + nulls, (written) => dataHeader(written, dictionary === null));
    const kept = bounds === null ? null : { min: bounds.min.slice(), max: bounds.max.slice() };
    return { column, values, nulls, size, compressedSize: this.#size - start, dictionaryAt, pageAt, bounds: kept };
  }

  #push(part: Uint8Array): void {
    this.#parts.push(part);
    this.#size += part.length;
  }

  #ranges(): Readonly<Record<string, ColumnRange>> {
    const ranges = this.#columns.filter(isRanged).flatMap((column) => {
      const range = rangeOf(
        column,
        this.#groups.flatMap(({ chunks }) => chunks.filter((chunk) => chunk.column === column)),
      );
      return range === null ? [] : [[column.name, range] as const];
    });
    return Object.fromEntries(ranges);
  }
}

/** Every row has a value or none, and none only where the contract allows it: whatever let it pass was wrong. */
function checkSound({ name, required }: Column, { values, nulls }: EncodedColumn, rows: number): void {
  if (values + nulls === rows && (nulls === 0 || !required)) return;
  const message = `column ${name}: ${String(rows)} rows became ${String(values)} values and ${String(nulls)} nulls. Land it with LANDING_ENCODER=arrow, and report this.`;
  throw new SoundFlowError('BAD_ASSET', message);
}

/** Ranged columns are integers, or instants in microseconds. */
function rangeOf({ type }: Column, chunks: readonly ChunkMeta[]): ColumnRange | null {
  const known = chunks.flatMap(({ bounds }) => (bounds === null ? [] : [bounds]));
  if (known.length === 0) return null;
  const min = Math.min(...known.map((bounds) => integerIn(bounds.min)));
  const max = Math.max(...known.map((bounds) => integerIn(bounds.max)));
  return type === 'timestamp'
    ? { min: isoMicros(Math.round(min / 1_000)), max: isoMicros(Math.round(max / 1_000)) }
    : { min, max };
}

function integerIn(bytes: Uint8Array): number {
  return Number(new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getBigInt64(0, true));
}
