import { foldCommits } from '../core/landing/fold.ts';
import type { Commit } from '../core/landing/commit.ts';
import type { Catalog, Fact } from '../core/ports/catalog.ts';
import type { CommitLog } from '../core/ports/commit-log.ts';

const CHUNK = 500;

/** Takes the commits up to `position` that the catalogue does not know yet down in it, in chunks. Doing it twice changes nothing. */
export async function foldLog(
  deps: { readonly commits: CommitLog; readonly catalog: Catalog },
  topic: string,
  position: number,
): Promise<void> {
  const { commits, catalog } = deps;
  let chunk: Commit[] = [];
  const flush = async () => {
    const last = chunk.at(-1);
    if (last === undefined) return;
    const hours = foldCommits(topic, await catalog.landedHours(topic), chunk);
    const facts: Fact[] = hours.map((value) => ({ fact: 'landedHour', value }));
    await catalog.record([
      ...facts,
      ...chunk.filter(({ kind }) => kind !== 'create' && kind !== 'compact').map((commit) => materializationOf(topic, commit)),
      { fact: 'folded', value: { topic, position: last.position } },
    ]);
    chunk = [];
  };
  const from = (await catalog.folded(topic)) + 1;
  if (from > position) return;
  for await (const commit of commits.range(topic, from, position)) {
    chunk.push(commit);
    if (chunk.length >= CHUNK) await flush();
  }
  await flush();
}

function materializationOf(topic: string, commit: Commit): Fact {
  const bytes = commit.files.reduce((sum, file) => sum + file.bytes, 0);
  const version = String(commit.position);
  const value = {
    asset: topic,
    partition: commit.rewrites ?? commit.hour,
    version,
    rows: commit.counts.rows,
    bytes,
    run: `land/${topic}`,
    at: commit.at,
  };
  return { fact: 'materialization', value };
}
