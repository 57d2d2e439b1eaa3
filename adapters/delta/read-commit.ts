import { z } from 'zod';
import { messageOf, SoundFlowError } from '../../core/errors.ts';
import { isHour, type Hour } from '../../core/hours.ts';
import type { Commit, LandedFile } from '../../core/landing/commit.ts';

const Count = z.int().min(0);
const Frontier = z.record(z.string().regex(/^\d+$/), Count);
const Path = z.string().min(1).transform(decodeURIComponent);
const Bound = z.union([z.number(), z.string()]);

const Stats = z.object({ numRecords: Count, minValues: z.record(z.string(), Bound), maxValues: z.record(z.string(), Bound) });

const Story = z.object({
  format: z.literal(1),
  position: Count,
  kind: z.enum(['create', 'batch', 'hour', 'loss', 'replace', 'replay']),
  hour: z.custom<Hour>((value) => typeof value === 'string' && isHour(value), 'not a UTC hour'),
  before: Frontier,
  after: Frontier,
  deadLetters: z.array(z.object({ path: z.string().min(1), bytes: Count, rows: Count })),
  counts: z.object({ consumed: Count, redeemed: Count, rows: Count, deadLetters: Count, lost: Count, empty: Count }),
  encoder: z.string(),
});

const Action = z.union([
  z.strictObject({ commitInfo: z.object({ timestamp: z.int(), soundflow: Story }) }),
  z.strictObject({ protocol: z.object({ minReaderVersion: z.literal(1), minWriterVersion: z.literal(2) }) }),
  z.strictObject({ metaData: z.object({ id: z.string(), schemaString: z.string() }) }),
  z.strictObject({ txn: z.object({ appId: z.string(), version: Count }) }),
  z.strictObject({ add: z.object({ path: Path, size: Count, stats: z.string().transform(statsOf) }) }),
  z.strictObject({ remove: z.object({ path: Path }) }),
]);
type Action = z.infer<typeof Action>;

/** Reads a Delta commit file that SoundFlow wrote. @throws BAD_LOG naming the path, and the line at fault. */
export function readCommit(path: string, position: number, content: Uint8Array): Commit {
  const actions = linesOf(path, content).map((line, index) => actionOf(`${path}, line ${String(index + 1)}`, line));
  const [first, ...rest] = actions;
  if (first === undefined || !('commitInfo' in first)) throw badLog(path, 'it does not begin with commitInfo');
  const story = first.commitInfo.soundflow;
  if (story.position !== position) throw badLog(path, `it says it is position ${String(story.position)}`);
  const files = rest.flatMap((action) => ('add' in action ? [landedFile(action.add)] : []));
  const removed = rest.flatMap((action) => ('remove' in action ? [action.remove.path] : []));
  const { kind, hour, before, after, deadLetters, counts, encoder } = story;
  return { position, kind, hour, at: first.commitInfo.timestamp, before, after, files, removed, deadLetters, counts, encoder };
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

function landedFile(add: { readonly path: string; readonly size: number; readonly stats: z.infer<typeof Stats> }): LandedFile {
  const { numRecords, minValues, maxValues } = add.stats;
  const ranges = Object.entries(minValues).flatMap(([name, min]) => {
    const max = maxValues[name];
    return max === undefined ? [] : [[name, { min, max }] as const];
  });
  return { path: add.path, bytes: add.size, rows: numRecords, ranges: Object.fromEntries(ranges) };
}

function badLog(place: string, reason: string, cause?: unknown): SoundFlowError {
  const advice = 'Something else wrote to the table or damaged it: restore the file, or open the table anew.';
  return new SoundFlowError('BAD_LOG', `${place}: ${reason}. ${advice}`, { cause });
}
