import type { MartReader } from '../../core/ports/marts.ts';
import type { Catalog, RunRecord } from '../../core/ports/catalog.ts';
import { grouped } from '../table.ts';

const LOOK_AGAIN_MS = 1_000;

/** What a watcher tells of. */
export interface Watched {
  readonly catalog: Catalog;
  readonly topics: readonly string[];
  readonly say: (stage: string, text: string) => void;
  readonly signal: AbortSignal;
}

/** Says what lands and which runs begin and end, as it happens, until the signal; `onRun` is told of each run that ended. */
export async function watch(watched: Watched, onRun: (run: RunRecord) => Promise<void>): Promise<void> {
  const landed = new Map<string, number>();
  const runs = new Map<string, string>((await watched.catalog.runs(50)).map((run) => [run.id, run.status]));
  for (const topic of watched.topics) landed.set(topic, await rowsOf(watched.catalog, topic));
  while (!watched.signal.aborted) {
    await sayLanded(watched, landed);
    await sayRuns(watched, runs, onRun);
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

async function sayLanded({ catalog, topics, say }: Watched, landed: Map<string, number>): Promise<void> {
  const news: string[] = [];
  for (const topic of topics) {
    const rows = await rowsOf(catalog, topic);
    const before = landed.get(topic) ?? 0;
    if (rows > before) news.push(`${grouped(rows - before)} ${topic}`);
    landed.set(topic, rows);
  }
  if (news.length > 0) say('land', news.join(', '));
}

async function sayRuns(
  { catalog, say }: Watched,
  runs: Map<string, string>,
  onRun: (run: RunRecord) => Promise<void>,
): Promise<void> {
  for (const run of [...(await catalog.runs(20))].reverse()) {
    if (runs.get(run.id) === run.status) continue;
    runs.set(run.id, run.status);
    say(run.kind, run.status === 'running' ? `started with ${String(run.steps)} steps` : `${run.status}: ${run.summary}`);
    if (run.status !== 'running') await onRun(run);
  }
}

async function rowsOf(catalog: Catalog, topic: string): Promise<number> {
  return (await catalog.landedHours(topic)).reduce((sum, hour) => sum + hour.rows, 0);
}

/** The most popular songs, as lines; none while the mart is not there. */
export async function topSongs(marts: MartReader, limit: number): Promise<readonly (readonly (string | number)[])[]> {
  const rows = await marts.read('marts.mart_top_songs', { orderBy: 'popularity_rank', limit });
  return rows.map((row) =>
    ['popularity_rank', 'song', 'artist', 'total_plays', 'unique_listeners', 'popularity_score'].map((column) =>
      cell(row[column]),
    ),
  );
}

function cell(value: string | number | boolean | null | undefined): string | number {
  return typeof value === 'number' ? value : String(value ?? '');
}
