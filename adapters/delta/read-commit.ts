import { z } from 'zod';
import { messageOf, SoundFlowError } from '../../core/errors.ts';
import type { Commit, LandedFile } from '../../core/landing/commit.ts';
import { Story } from './story.ts';

const Count = z.int().min(0);
const Path = z.string().min(1).transform(decodeURIComponent);
const Bound = z.union([z.number(), z.string()]);

const Stats = z.object({ numRecords: Count, minValues: z.record(z.string(), Bound), maxValues: z.record(z.string(), Bound) });

const Add = z.object({
  path: Path,
  size: Count,
  stats: z.string().transform(statsOf),
  tags: z.object({ sha256: z.string() }).optional(),
});

const Action = z.union([
  z.strictObject({ commitInfo: z.object({ timestamp: z.int(), soundflow: Story }) }),
  z.strictObject({ protocol: z.object({ minReaderVersion: z.literal(1), minWriterVersion: z.literal(2) }) }),
  z.strictObject({ metaData: z.object({ id: z.string(), schemaString: z.string() }) }),
  z.strictObject({ txn: z.object({ appId: z.string(), version: Count }) }),
  z.strictObject({ add: Add }),
  z.strictObject({ remove: z.object({ path: Path }) }),
]);
type Action = z.infer<typeof Action>;

/** Reads a Delta commit file that SoundFlow wrote. @throws BAD_LOG naming the path, and the line at fault. */
export function readCommit(path: string, position: number, content: Uint8Array): Commit {
  const actions = linesOf(path, content).map((line, index) => actionOf(`${path}, line ${String(index + 1)}`, line));
  const [first, ...rest] = actions;
  if (first === undefined || !('commitInfo' in first)) throw badLog(path, 'it does not begin with commitInfo');
  const { timestamp: at, soundflow: story } = first.commitInfo;
  if (story.position !== position) throw badLog(path, `it says it is position ${String(story.position)}`);
  const files = rest.flatMap((action) => ('add' in action ? [landedFile(action.add)] : []));
  const removed = rest.flatMap((action) => ('remove' in action ? [action.remove.path] : []));
  return { ...story, at, files, removed };
}

function linesOf(path: string, content: Uint8Array): readonly string[] {
  const lines = Buffer.from(content).toString().split('\n');
  if (lines.pop() !== '') throw badLog(path, 'its last line is not whole');
  return lines;
}

function actionOf(place: string, line: string): Action {
  try {
    return Action.parse(JSON.parse(line));
  } catch (cause) {
    throw badLog(place, cause instanceof z.ZodError ? reasonOf(cause) : messageOf(cause), cause);
  }
}

/** Of a union's many complaints, those about the action that the line names. */
function reasonOf(error: z.ZodError): string {
  const [issue] = error.issues;
  const near =
    issue?.code === 'invalid_union'
      ? issue.errors.find((issues) => issues.every(({ code }) => code !== 'unrecognized_keys'))?.[0]
      : issue;
  return near === undefined ? 'no action that SoundFlow writes' : `${near.path.join('.')}: ${near.message}`;
}

function statsOf(text: string): z.infer<typeof Stats> {
  return Stats.parse(JSON.parse(text));
}

function landedFile({ path, size, stats, tags }: z.infer<typeof Add>): LandedFile {
  const { numRecords, minValues, maxValues } = stats;
  const ranges = Object.entries(minValues).flatMap(([name, min]) => {
    const max = maxValues[name];
    return max === undefined ? [] : [[name, { min, max }] as const];
  });
  return { path, bytes: size, rows: numRecords, digest: tags?.sha256 ?? '', ranges: Object.fromEntries(ranges) };
}

function badLog(place: string, reason: string, cause?: unknown): SoundFlowError {
  const advice = 'Something else wrote to the table or damaged it: restore the file, or open the table anew.';
  return new SoundFlowError('BAD_LOG', `${place}: ${reason}. ${advice}`, { cause });
}
