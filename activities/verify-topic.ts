import { SoundFlowError } from '../core/errors.ts';
import { addHours } from '../core/hours.ts';
import { landingHourOfPath, tableOf, type LandedTable, type NamedFile } from '../core/landing/table.ts';
import { problemsOfFile, type FoundFile } from '../core/landing/verify.ts';
import type { CommitLog } from '../core/ports/commit-log.ts';
import type { LandingDeps } from './deps.ts';

/** What a topic's table was found to be: commits and files looked at, rows that readers see, and what is wrong, in words. */
export interface Verified {
  readonly commits: number;
  readonly files: number;
  readonly rows: number;
  readonly problems: readonly string[];
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
  let looked = 0;
  for (const file of table.named.values()) {
    problems.push(
      ...problemsOfFile(file, await find(deps, topic, file)).map((problem) => `${problem}${remedy(topic, table, file)}`),
    );
    looked += 1;
    if (looked % FILES_A_NOTE === 0) note(`${topic}: ${String(looked)} of ${String(table.named.size)} files read`);
  }
  const rows = [...table.files.values()].reduce((sum, file) => sum + file.rows, 0);
  return { commits: table.position + 1, files: looked, rows, problems };
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

/** What mends a file that readers see; one that was replaced since is needed by readers of earlier versions only. */
function remedy(topic: string, { files, deadLetters }: LandedTable, { path }: NamedFile): string {
  const isSeen = files.has(path) || [...deadLetters.values()].flat().some((file) => file.path === path);
  const hour = landingHourOfPath(path);
  if (!isSeen || hour === null) return ' (replaced since; only readers of earlier versions need it)';
  return ` (soundflow lake rebuild --topic ${topic} --from ${hour} --to ${addHours(hour, 1)})`;
}
