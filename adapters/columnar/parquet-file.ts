import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { compress } from '@bokuweb/zstd-wasm';
import { isRanged, type Column } from '../../core/columns.ts';
import { SoundFlowError } from '../../core/errors.ts';
import { isoMicros } from '../../core/instants.ts';
import type { ColumnRange, EncodedFile } from '../../core/ports/encoder.ts';
import { loadZstd } from '../zstd/load.ts';
import type { GrowingColumns, SettledColumn } from './columns.ts';
import { dataHeader, dictionaryHeader, fileHead, fileTail, type ChunkMeta, type GroupMeta, type Page } from './parquet-format.ts';

/** Higher ones take twice the time for a twentieth of the size. */
const LEVEL = 1;

/** How a file is written: its columns in order, the bytes of text after which a page ends, and who it says wrote it. */
export interface Written {
  readonly columns: readonly Column[];
  readonly pageBytes: number;
  readonly createdBy: string;
}

/** A Parquet file being written, row group by row group. */
export class ParquetFile {
  readonly #written: Written;
  readonly #parts: Uint8Array[] = [];
  readonly #groups: GroupMeta[] = [];
  readonly #digest = createHash('sha256');
  #size = 0;

  constructor(written: Written) {
    this.#written = written;
    this.#push(fileHead);
  }

  /** Writes the group and begins the next one. The event loop has a turn after each page. */
  async addGroup(growing: GrowingColumns): Promise<void> {
    await loadZstd();
    const { rows } = growing;
    const chunks: ChunkMeta[] = [];
    for (const column of this.#written.columns) chunks.push(await this.#addChunk(column, growing));
    this.#groups.push({ rows, chunks });
    growing.clear();
  }

  /** Ends the file; null when it has no row. */
  end(): EncodedFile | null {
    const rows = this.#groups.reduce((sum, group) => sum + group.rows, 0);
    if (rows === 0) return null;
    const { columns, createdBy } = this.#written;
    this.#push(fileTail(columns, this.#groups, createdBy));
    const content = Buffer.allocUnsafeSlow(this.#size);
    let at = 0;
    for (const part of this.#parts) {
      content.set(part, at);
      at += part.length;
    }
    return { content, digest: this.#digest.digest('hex'), rows, ranges: this.#ranges() };
  }

  async #addChunk(column: Column, growing: GrowingColumns): Promise<ChunkMeta> {
    const index = growing.columns.indexOf(column);
    const { values, nulls, dictionary, bounds } = growing.settle(index);
    checkSound(column, { values, nulls }, growing.rows);
    const kept = bounds === null ? null : { min: bounds.min.slice(), max: bounds.max.slice() };
    const start = this.#size;
    const isPlain = dictionary === null;
    let size = isPlain ? 0 : this.#addPage(dictionary.content, (page) => dictionaryHeader(page, dictionary.count));
    const pageAt = this.#size;
    const next = () => growing.nextPage(index, this.#written.pageBytes);
    for (let page = next(); page !== null; page = next()) {
      const { rows, content } = page;
      size += this.#addPage(content, (written) => dataHeader(written, rows, isPlain));
      await setImmediate();
    }
    const compressedSize = this.#size - start;
    return { column, values, nulls, size, compressedSize, dictionaryAt: isPlain ? null : start, pageAt, bounds: kept };
  }

  /** Gives the bytes of the page as it was, with its header. */
  #addPage(content: Uint8Array, headerOf: (page: Page) => Uint8Array): number {
    const compressed = compress(content, LEVEL);
    const header = headerOf({ size: content.length, compressedSize: compressed.length });
    this.#push(header);
    this.#push(compressed);
    return header.length + content.length;
  }

  #push(part: Uint8Array): void {
    this.#parts.push(part);
    this.#digest.update(part);
    this.#size += part.length;
  }

  #ranges(): Readonly<Record<string, ColumnRange>> {
    const ranges = this.#written.columns.filter(isRanged).flatMap((column) => {
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
function checkSound({ name, required }: Column, { values, nulls }: Pick<SettledColumn, 'values' | 'nulls'>, rows: number): void {
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
