import type { ColumnRange } from '../ports/encoder.ts';
import type { FileFacts } from '../ports/landed-files.ts';
import type { NamedFile } from './table.ts';

/** What lies where a commit names a file: its bytes, the SHA-256 of its content in hex, and what Parquet it holds; null for no whole Parquet file. */
export interface FoundFile {
  readonly bytes: number;
  readonly digest: string;
  readonly facts: FileFacts | null;
}

/** How a file differs from what its commit says, in words that begin with its path; `found` is null where there is none. */
export function problemsOfFile(named: NamedFile, found: FoundFile | null): readonly string[] {
  return differences(named, found).map((difference) => `${named.path}: ${difference}`);
}

function differences(named: NamedFile, found: FoundFile | null): readonly string[] {
  if (found === null) return ['it is missing'];
  const { bytes, digest, facts } = found;
  const problems: string[] = [];
  if (bytes !== named.bytes) problems.push(`it has ${String(bytes)} bytes, the log says ${String(named.bytes)}`);
  // The first logs knew no digests.
  if (named.digest !== '' && digest !== named.digest)
    problems.push(`its content has digest ${digest}, the log says ${named.digest}`);
  if (facts === null) return [...problems, 'it is no whole Parquet file'];
  if (facts.rows !== named.rows) problems.push(`it has ${String(facts.rows)} rows, the log says ${String(named.rows)}`);
  return 'ranges' in named ? [...problems, ...rangeProblems(named.ranges, facts.ranges)] : problems;
}

function rangeProblems(
  named: Readonly<Record<string, ColumnRange>>,
  found: Readonly<Record<string, ColumnRange>>,
): readonly string[] {
  return Object.entries(named).flatMap(([column, says]) => {
    const holds = found[column];
    if (holds === undefined) return [`its column ${column} has no values, the log says ${shown(says)}`];
    const isSame = holds.min === says.min && holds.max === says.max;
    return isSame ? [] : [`its column ${column} holds ${shown(holds)}, the log says ${shown(says)}`];
  });
}

function shown({ min, max }: ColumnRange): string {
  return `${String(min)} to ${String(max)}`;
}
