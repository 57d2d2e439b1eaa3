import type { DeadLetterFile, LandedFile } from '../core/landing/commit.ts';
import type { LandedSegment, Segment } from '../core/landing/plan.ts';
import { folderOf, type Hour } from '../core/hours.ts';
import type { EncodedFile } from '../core/ports/encoder.ts';
import type { LogRecord } from '../core/ports/event-log.ts';
import type { LandingDeps } from './deps.ts';
import { withHeartbeat, type Beat } from './heartbeat.ts';
import { topicOf } from './topic-of.ts';

/** One segment of a plan, and where its commit will stand. */
export interface SegmentToLand {
  readonly topic: string;
  readonly position: number;
  readonly hour: Hour;
  readonly segment: Segment;
}

const EPOCH = 0;

/**
 * Reads exactly the segment's ranges and writes what they hold: dead letters first, then rows, create-only, under names
 * that depend on their content. Nothing is visible to readers until a commit names it. Holds at most about one file in memory.
 */
export function createLandSegment(deps: LandingDeps) {
  return (input: SegmentToLand): Promise<LandedSegment> =>
    withHeartbeat(async (beat) => {
      topicOf(deps.topics, input.topic);
      const written: LandedSegment[] = [];
      for await (const records of fileLoads(deps, input, beat)) {
        written.push(await writeFiles(deps, input, records));
        beat.report({ files: written.length });
      }
      return total(input.segment, written);
    });
}

async function* fileLoads(deps: LandingDeps, input: SegmentToLand, beat: Beat): AsyncIterable<readonly LogRecord[]> {
  let held: LogRecord[] = [];
  let bytes = 0;
  for await (const record of recordsOf(deps, input, beat)) {
    held.push(record);
    bytes += record.value?.length ?? 0;
    if (bytes < deps.landing.fileBytes) continue;
    yield held;
    held = [];
    bytes = 0;
  }
  if (held.length > 0) yield held;
}

async function* recordsOf({ eventLog }: LandingDeps, { topic, segment }: SegmentToLand, beat: Beat): AsyncIterable<LogRecord> {
  for (const range of segment.ranges) {
    for await (const chunk of eventLog.read(topic, range, beat.signal)) yield* chunk;
  }
}

async function writeFiles(deps: LandingDeps, input: SegmentToLand, records: readonly LogRecord[]): Promise<LandedSegment> {
  const encoded = await deps.encoder.encode({ topic: input.topic, epoch: EPOCH, landedHour: input.hour, records });
  const deadLetters: DeadLetterFile[] = [];
  const files: LandedFile[] = [];
  if (encoded.deadLetters !== null) {
    const path = await put(deps, { ...input, area: '_dead_letters/' }, encoded.deadLetters);
    deadLetters.push({ path, bytes: encoded.deadLetters.content.length, rows: encoded.deadLetters.rows });
  }
  if (encoded.rows !== null) {
    const { content, rows, ranges } = encoded.rows;
    files.push({ path: await put(deps, { ...input, area: '' }, encoded.rows), bytes: content.length, rows, ranges });
  }
  return { files, deadLetters, rows: encoded.rows?.rows ?? 0, rejected: encoded.deadLetters?.rows ?? 0, empty: 0 };
}

async function put(
  { objects }: LandingDeps,
  input: SegmentToLand & { readonly area: string },
  file: EncodedFile,
): Promise<string> {
  const name = `${String(input.position)}-${String(input.segment.id)}-${file.digest.slice(0, 16)}.parquet`;
  const path = `${input.area}${folderOf(input.hour)}/${name}`;
  await objects.putIfAbsent(`${input.topic}/${path}`, file.content);
  return path;
}

function total(segment: Segment, written: readonly LandedSegment[]): LandedSegment {
  const asked = segment.ranges.reduce((sum, range) => sum + range.to - range.from, 0);
  const rows = written.reduce((sum, one) => sum + one.rows, 0);
  const rejected = written.reduce((sum, one) => sum + one.rejected, 0);
  return {
    files: written.flatMap((one) => one.files),
    deadLetters: written.flatMap((one) => one.deadLetters),
    rows,
    rejected,
    empty: asked - rows - rejected,
  };
}
