import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { SoundFlowError } from '../core/errors.ts';
import type { Config } from '../temporal.config.ts';

/** State that a reset removes; the tools stay. */
const STATE = ['kafka', 'temporal', 'lake', 'warehouse', 'catalog', 'logs', 'demo'];

/** Removes all local state after asking; `yes` answers in advance. @throws BAD_REQUEST while the pipeline runs, or when nobody can be asked. */
export async function reset(
  { home }: Config,
  { yes, running }: { readonly yes: boolean; readonly running: number | null },
): Promise<string> {
  if (running !== null)
    throw new SoundFlowError(
      'BAD_REQUEST',
      `reset: the pipeline in ${home} runs (process ${String(running)}). Stop it with Ctrl-C first.`,
    );
  const there = (await names(home)).filter((name) => STATE.includes(name));
  if (there.length === 0) return `There is no state in ${home}.`;
  if (!yes && !(await agreed(`Remove ${there.join(', ')} in ${home}? Every event and table in them is lost. [y/N] `)))
    return 'Nothing was removed.';
  for (const name of there) await rm(join(home, name), { recursive: true, force: true });
  return `Removed ${there.join(', ')} in ${home}. The tools stay.`;
}

async function names(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}

async function agreed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new SoundFlowError(
      'BAD_REQUEST',
      'reset: there is no terminal to ask on. Add --yes to remove all state without being asked.',
    );
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(question);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}
