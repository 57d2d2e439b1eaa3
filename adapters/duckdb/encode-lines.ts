import type { EncodedFile } from '../../core/ports/encoder.ts';
import { rangesOf, runCopy, type CopyStats } from './copy-stats.ts';
import type { Copy } from './encode-sql.ts';
import { isAboutContent } from './failure.ts';
import type { Lines } from './line-file.ts';
import { readWithDigest } from './parquet-file.ts';
import { scratchFailure } from './scratch.ts';
import type { ScratchEngine } from './scratch-engine.ts';

/** Lines as a Parquet file; null when DuckDB does not read every one of them, or not as the contract's columns ask. @throws UNAVAILABLE */
export async function encodeLines(engine: ScratchEngine, lines: Lines, copy: Copy): Promise<EncodedFile | null> {
  return withCopy(engine, { lines, copy }, async (target, stats) => ({
    ...(await readWithDigest(target)),
    rows: stats.rows,
    ranges: rangesOf(copy.columns, stats),
  }));
}

/** True when DuckDB reads all of the lines as the contract's columns ask. @throws UNAVAILABLE */
export async function isSound(engine: ScratchEngine, lines: Lines, copy: Copy): Promise<boolean> {
  return (await withCopy(engine, { lines, copy }, () => Promise.resolve(true))) ?? false;
}

interface Asked {
  readonly lines: Lines;
  readonly copy: Copy;
}

async function withCopy<T>(
  engine: ScratchEngine,
  { lines, copy }: Asked,
  use: (target: string, stats: CopyStats) => Promise<T>,
): Promise<T | null> {
  const { scratch } = engine;
  const target = scratch.newFile('.parquet');
  try {
    const stats = await engine.withConnection((connection) => runCopy(connection, copy.sql(lines, target)));
    return isComplete(stats, { lines, copy }) ? await use(target, stats) : null;
  } catch (cause) {
    if (isAboutContent(cause)) return null;
    throw scratchFailure(cause, scratch.folder);
  } finally {
    await scratch.remove(target);
  }
}

/** Every line is a row, no required value is missing, no double is infinite, and offsets are those that were given. */
function isComplete({ rows, columns }: CopyStats, { lines, copy }: Asked): boolean {
  const offsets = columns.get('_offset');
  if (rows !== lines.lengths.length) return false;
  if (Number(offsets?.min) !== lines.firstOffset || Number(offsets?.max) !== lines.lastOffset) return false;
  return copy.columns.every(({ name, type, required }) => {
    const stats = columns.get(name);
    if (stats === undefined || (required && stats.nulls > 0)) return false;
    return type !== 'float64' || (!stats.hasNaN && isFiniteText(stats.min) && isFiniteText(stats.max));
  });
}

function isFiniteText(value: string | undefined): boolean {
  return value === undefined || Number.isFinite(Number(value));
}
