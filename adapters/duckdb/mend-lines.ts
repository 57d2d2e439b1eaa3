import { open, type FileHandle } from 'node:fs/promises';
import { isSound } from './encode-lines.ts';
import type { Copy } from './encode-sql.ts';
import { parseHead, type LineHead } from './line-buffer.ts';
import { LineFile, type Lines } from './line-file.ts';
import { scratchFailure } from './scratch.ts';
import type { ScratchEngine } from './scratch-engine.ts';

/** A slice in doubt of at most so many lines is not halved further. */
const SLICE_LINES = 1_000;
/** Bytes read in one go, unless a line is longer. */
const BLOCK_BYTES = 1 << 20;

const OPEN_BRACE = 0x7b;

/** Lines that are not sound as a whole, the statement that said so, where lines go, and what takes a record by its own bytes to where its contract says. */
export interface Mending {
  readonly lines: Lines;
  readonly copy: Copy;
  readonly into: LineFile;
  readonly decide: (head: LineHead, record: Buffer) => Promise<void>;
}

/**
 * Puts the lines into another file, in order: those of sound slices as they are; those of slices in doubt, which are halved
 * down to 1,000 lines, one by one as `decide` says. @throws UNAVAILABLE
 */
export async function mendLines(engine: ScratchEngine, mending: Mending): Promise<void> {
  const { path, lengths } = mending.lines;
  const handle = await open(path, 'r');
  const source = { handle, ends: endsOf(lengths) };
  const halve = async (slice: Slice): Promise<void> => {
    if (slice.to - slice.from <= SLICE_LINES) {
      await decideAll(mending, source, slice);
      return;
    }
    const middle = slice.from + ((slice.to - slice.from) >> 1);
    for (const half of [
      { ...slice, to: middle },
      { ...slice, from: middle },
    ]) {
      if (await isSliceSound(engine, mending, { source, slice: half })) await copyLines(mending.into, source, half);
      else await halve(half);
    }
  };
  try {
    await halve({ from: 0, to: lengths.length });
  } catch (cause) {
    throw scratchFailure(cause, engine.scratch.folder);
  } finally {
    await handle.close();
  }
}

interface Source {
  readonly handle: FileHandle;
  /** Where each line ends. */
  readonly ends: Float64Array;
}

/** Lines `[from, to)`. */
interface Slice {
  readonly from: number;
  readonly to: number;
}

function endsOf(lengths: readonly number[]): Float64Array {
  let end = 0;
  return Float64Array.from(lengths, (length) => (end += length));
}

async function isSliceSound(
  engine: ScratchEngine,
  { copy }: Mending,
  { source, slice }: { readonly source: Source; readonly slice: Slice },
): Promise<boolean> {
  const file = new LineFile(engine.scratch);
  try {
    await copyLines(file, source, slice);
    return await isSound(engine, await file.end(), copy);
  } finally {
    await file.discard();
  }
}

async function copyLines(into: LineFile, source: Source, slice: Slice): Promise<void> {
  for await (const line of linesOf(source, slice)) await keep(into, line);
}

async function decideAll({ into, decide }: Mending, source: Source, slice: Slice): Promise<void> {
  for await (const line of linesOf(source, slice)) {
    const { head, end } = parseHead(line);
    if (head.isRewritten) {
      await keep(into, line);
      continue;
    }
    // The record's own brace stood where its head now ends.
    line[end - 1] = OPEN_BRACE;
    await decide(head, line.subarray(end - 1));
  }
}

async function keep(into: LineFile, line: Buffer): Promise<void> {
  const { head, end } = parseHead(line);
  if (!into.hasRoom(line.length)) await into.flush(line.length);
  into.put(head, line, [end - 1, line.length]);
}

/** Lines without their breaks, each valid until the next is asked for. */
async function* linesOf({ handle, ends }: Source, { from, to }: Slice): AsyncIterable<Buffer> {
  const startOf = (line: number) => ends[line - 1] ?? 0;
  for (let first = from; first < to;) {
    let last = first + 1;
    while (last < to && (ends[last] ?? 0) - startOf(first) <= BLOCK_BYTES) last += 1;
    const block = Buffer.allocUnsafe(startOf(last) - startOf(first));
    for (let at = 0; at < block.length;) {
      const { bytesRead } = await handle.read(block, at, block.length - at, startOf(first) + at);
      if (bytesRead === 0) throw new Error('a file of lines is shorter than what was written to it');
      at += bytesRead;
    }
    for (let line = first; line < last; line += 1) {
      yield block.subarray(startOf(line) - startOf(first), startOf(line + 1) - startOf(first) - 1);
    }
    first = last;
  }
}
