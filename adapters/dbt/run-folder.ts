import { copyFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { BuildResult } from '../../core/ports/transformer.ts';
import { missingAsNull } from './system-error.ts';

const RUNS_KEPT = 20;
const FINISHED = 'finished.json';
const PARSED = 'partial_parse.msgpack';

const Finished = z.object({
  models: z.array(
    z.object({
      name: z.string(),
      status: z.enum(['success', 'error', 'skipped']),
      seconds: z.number(),
      rows: z.number().nullable(),
      message: z.string(),
      job: z.object({ id: z.string(), bytesBilled: z.number(), slotMs: z.number() }).exactOptional(),
    }),
  ),
  tests: z.array(
    z.object({
      name: z.string(),
      model: z.string(),
      status: z.enum(['pass', 'warn', 'fail', 'error', 'skipped']),
      failures: z.number(),
      message: z.string(),
    }),
  ),
});

/** The target folder of one more attempt at a run, and the latest attempt that ended by itself: its folder and what the run came to. */
export interface Attempt {
  readonly dir: string;
  readonly earlier: { readonly dir: string; readonly result: BuildResult } | null;
}

/**
 * Opens `<root>/runs/<run>/<n>`, n one above the highest there, with the newest parse of the project copied into it; removes all but
 * the newest 20 runs.
 */
export async function openAttempt(root: string, runName: string): Promise<Attempt> {
  const runs = join(root, 'runs');
  const run = join(runs, encodeURIComponent(runName));
  await mkdir(run, { recursive: true });
  const numbers = (await readdir(run)).map(Number).sort((a, b) => b - a);
  const dir = join(run, String((numbers[0] ?? 0) + 1));
  await mkdir(dir);
  await copyNewestParse(root, dir);
  await removeOldRuns(runs, run);
  return { dir, earlier: await latestFinished(numbers.map((number) => join(run, String(number)))) };
}

/** Records what the run came to by the attempt in `dir`, which thereby counts as ended. */
export async function finishAttempt(dir: string, result: BuildResult): Promise<void> {
  const file = join(dir, FINISHED);
  await writeFile(`${file}.new`, JSON.stringify(result));
  await rename(`${file}.new`, file);
}

/** The folder that the project is parsed in when nothing is built. */
export function parseFolder(root: string): string {
  return join(root, 'parse');
}

async function latestFinished(newestFirst: readonly string[]): Promise<Attempt['earlier']> {
  for (const dir of newestFirst) {
    const text = await missingAsNull(readFile(join(dir, FINISHED), 'utf8'));
    if (text !== null) return { dir, result: Finished.parse(JSON.parse(text)) };
  }
  return null;
}

async function copyNewestParse(root: string, dir: string): Promise<void> {
  const runs = await newestFirst(join(root, 'runs'));
  const attempts = (await Promise.all(runs.map((run) => newestFirst(run)))).flat();
  for (const candidate of [...attempts, parseFolder(root)]) {
    const copied = await missingAsNull(copyFile(join(candidate, PARSED), join(dir, PARSED)).then(() => true));
    if (copied === true) return;
  }
}

async function removeOldRuns(runs: string, current: string): Promise<void> {
  const others = (await newestFirst(runs)).filter((run) => run !== current);
  for (const run of others.slice(RUNS_KEPT - 1)) await rm(run, { recursive: true, force: true });
}

async function newestFirst(folder: string): Promise<readonly string[]> {
  const paths = (await readdir(folder)).map((name) => join(folder, name));
  const dated = await Promise.all(paths.map(async (path) => ({ path, at: (await missingAsNull(stat(path)))?.mtimeMs ?? 0 })));
  return dated.sort((a, b) => b.at - a.at).map(({ path }) => path);
}
