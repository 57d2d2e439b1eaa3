import { SoundFlowError } from '../core/errors.ts';
import { addHours } from '../core/hours.ts';
import { landingHourOfPath, tableOf, type LandedTable, type NamedFile } from '../core/landing/table.ts';
import { problemsOfFile, type FoundFile } from '../core/landing/verify.ts';
import type { CommitLog } from '../core/ports/commit-log.ts';
import type { LandingDeps } from './deps.ts';

/**
 * What a topic's table was found to be: commits and files looked at, rows that readers see, and what is wrong with them, in
 * words. What is wrong with files that were replaced since concerns readers of earlier versions alone.
 */
export interface Verified {
  readonly commits: number;
  readonly files: number;
  readonly rows: number;
  readonly problems: readonly string[];
  readonly replaced: readonly string[];
}

const FILES_A_NOTE = 100;

/**
 * Reads every file that a topic's log has ever named, and the log itself: each must be there with its size, checksum, rows
 * and ranges, and each commit must join up with the one before.
 */
export async function verifyTopic(
  deps: Pick<LandingDeps, 'commits' | 'objects' | 'files'>,
  topic: string,
  note: (line: string) => void,
): Promise<Verified> {
  const { table, broken } = await readLog(deps.commits, topic);
  const problems = [...table.problems, ...broken];
  const replaced: string[] = [];
  const seen = seenBy(table);
  let looked = 0;
  for (const file of table.named.values()) {
    const found = problemsOfFile(file, await find(deps, topic, file));
    if (seen.has(file.path)) problems.push(...found.map((problem) => `${problem}${remedy(topic, file)}`));
    else replaced.push(...found);
    looked += 1;
    if (looked % FILES_A_NOTE === 0) note(`${topic}: ${String(looked)} of ${String(table.named.size)} files read`);
  }
  const rows = [...table.files.values()].reduce((sum, file) => sum + file.rows, 0);
  return { commits: table.position + 1, files: looked, rows, problems, replaced };
}

/** Paths of the files that make up the table now. */
function seenBy({ files, deadLetters }: LandedTable): ReadonlySet<string> {
  return new Set([...files.keys(), ...[...deadLetters.values()].flat().map(({ path }) => path)]);
}

/** The table as far as its log can be read, and what stopped us. */
async function readLog(
  commits: CommitLog,
  topic: string,
): Promise<{ readonly table: LandedTable; readonly broken: readonly string[] }> {
  try {
    const newest = await commits.newest(topic, 0);
    return { table: await tableOf(commits.range(topic, 0, newest?.position ?? -1)), broken: [] };
  } catch (failure) {
    if (!(failure instanceof SoundFlowError) || failure.code !== 'BAD_LOG') throw failure;
    return { table: await tableOf([]), broken: [failure.message] };
  }
}

async function find(
  { objects, files }: Pick<LandingDeps, 'objects' | 'files'>,
  topic: string,
  { path }: NamedFile,
): Promise<FoundFile | null> {
  const content = await objects.get(`${topic}/${path}`);
  if (content === null) return null;
  return { bytes: content.length, digest: files.digest(content), facts: await factsOf(files, content) };
}

async function factsOf(files: LandingDeps['files'], content: Uint8Array): Promise<FoundFile['facts']> {
  try {
    return await files.inspect(content);
  } catch (failure) {
    if (failure instanceof SoundFlowError && failure.code === 'DAMAGED') return null;
    throw failure;
  }
}

/** What mends a file. */
function remedy(topic: string, { path }: NamedFile): string {
  const hour = landingHourOfPath(path);
  return hour === null ? '' : ` (soundflow lake rebuild --topic ${topic} --from ${hour} --to ${addHours(hour, 1)})`;
}
