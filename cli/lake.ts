import { SoundFlowError } from '../core/errors.ts';
import type { Lake, Swept, Verified } from '../workers/lake.ts';
import { print, type Output } from './output.ts';
import { grouped, table } from './table.ts';

/** Where progress of long work goes: not into what `--json` prints. */
export type Note = (line: string) => void;

const SHOWN_PROBLEMS = 50;

/** Verifies the tables of topics. @throws DAMAGED after all of them were looked at, when anything is wrong */
export async function verifyLake(lake: Lake, asked: { readonly topics: readonly string[]; readonly note: Note }, output: Output) {
  const found: (Verified & { readonly topic: string })[] = [];
  for (const topic of asked.topics) found.push({ topic, ...(await lake.verify(topic, asked.note)) });
  print(output, found, () =>
    table(
      ['topic', 'commits', 'files', 'rows', 'problems', 'in replaced files'],
      found.map((it) => [it.topic, it.commits, it.files, it.rows, it.problems.length, it.replaced.length]),
    ),
  );
  const problems = found.flatMap(({ topic, problems: wrong }) => wrong.map((problem) => `${topic}: ${problem}`));
  if (problems.length === 0) return;
  const shown = problems.slice(0, SHOWN_PROBLEMS).join('\n');
  const more = problems.length > SHOWN_PROBLEMS ? `\n… and ${String(problems.length - SHOWN_PROBLEMS)} more` : '';
  throw new SoundFlowError('DAMAGED', `${String(problems.length)} problems in the lake\n${shown}${more}`);
}

/** Removes what nothing names from the tables of topics. */
export async function sweepLake(
  lake: Lake,
  asked: { readonly topics: readonly string[]; readonly dryRun: boolean },
  output: Output,
): Promise<void> {
  const swept: (Swept & { readonly topic: string })[] = [];
  for (const topic of asked.topics) swept.push({ topic, ...(await lake.sweep(topic, { dryRun: asked.dryRun })) });
  print(output, swept, () => {
    const head = ['topic', 'objects', asked.dryRun ? 'would be removed' : 'removed', 'bytes', 'too young to tell'];
    const rows = swept.map((it) => [it.topic, it.objects, it.removed.length, it.bytes, it.young]);
    const total = swept.reduce((sum, { bytes }) => sum + bytes, 0);
    return `${table(head, rows)}\n\n${grouped(total)} bytes ${asked.dryRun ? 'would be freed' : 'were freed'}.`;
  });
}
