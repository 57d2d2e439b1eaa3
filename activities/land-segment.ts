import type { EpochRange } from '../core/landing/commit.ts';
import type { Segment } from '../core/landing/cut.ts';
import { lengthOf, type LandedSegment } from '../core/landing/plan.ts';
import { joinDrift } from '../core/landing/verdicts.ts';
import type { Hour } from '../core/hours.ts';
import type { SegmentEncoder } from '../core/ports/encoder.ts';
import type { Mark, RecordChunk } from '../core/ports/event-log.ts';
import { valueBytes } from '../core/records.ts';
import type { LandingDeps } from './deps.ts';
import { withHeartbeat, type Beat } from './heartbeat.ts';
import { putDeadLetters, putRows } from './put-file.ts';
import { topicOf } from './topic-of.ts';

/** One segment of a plan, and where its commit will stand. */
export interface SegmentToLand {
  readonly topic: string;
  readonly position: number;
  readonly hour: Hour;
  readonly segment: Segment;
}

/** What a segment became, and why each of its offsets is accounted for. */
type Written = Omit<LandedSegment, 'empty'>;

/**
 * Reads exactly the segment's ranges and writes what they hold: dead letters first, then rows, create-only, under names
 * that depend on their content. Nothing is visible to readers until a commit names it. Memory is bounded by a chunk, not by the segment.
 */
export function createLandSegment(deps: LandingDeps) {
  return (input: SegmentToLand): Promise<LandedSegment> =>
    withHeartbeat(async (beat) => {
      topicOf(deps.topics, input.topic);
      const written = await writeSegment(deps, input, beat);
      return { ...written, empty: lengthOf(input.segment.ranges) - written.rows - written.rejected };
    });
}

/** Encodes and puts a segment, in more than one file when its records have more bytes than was planned for. */
export async function writeSegment(deps: LandingDeps, input: SegmentToLand, beat: Beat): Promise<Written> {
  let written = NOTHING;
  let open: OpenFile | null = null;
  const take = async (range: EpochRange, chunk: RecordChunk) => {
    open ??= { encoder: deps.encoder.open({ topic: input.topic, landedHour: input.hour }), bytes: 0, marks: {} };
    await open.encoder.add(chunk, range.epoch);
    open.bytes += valueBytes(chunk);
    if (chunk.mark !== null) open.marks[String(range.partition)] = chunk.mark;
    if (open.bytes >= deps.landing.fileBytes) await close();
  };
  const close = async () => {
    if (open === null) return;
    written = join(written, await finish(deps, input, open));
    open = null;
    beat.report({ files: written.files.length });
  };
  try {
    for (const range of input.segment.ranges) {
      for await (const chunk of deps.eventLog.read(input.topic, range, beat.signal)) await take(range, chunk);
    }
    await close();
    return written;
  } finally {
    await discard(open);
  }
}

function discard(open: OpenFile | null): Promise<void> {
  return open === null ? Promise.resolve() : open.encoder.discard();
}

interface OpenFile {
  readonly encoder: SegmentEncoder;
  bytes: number;
  readonly marks: Record<string, Mark>;
}

const NOTHING: Written = {
  files: [],
  deadLetters: [],
  rows: 0,
  rejected: 0,
  bytes: 0,
  marks: {},
  drift: { sampled: 0, unknown: {} },
};

async function finish({ objects }: LandingDeps, input: SegmentToLand, { encoder, bytes, marks }: OpenFile): Promise<Written> {
  const { rows, deadLetters, drift } = await encoder.finish();
  const place = { topic: input.topic, hour: input.hour, position: input.position, part: String(input.segment.id) };
  const rejected = deadLetters === null ? [] : [await putDeadLetters(objects, place, deadLetters)];
  const files = rows === null ? [] : [await putRows(objects, place, rows)];
  return { files, deadLetters: rejected, rows: rows?.rows ?? 0, rejected: deadLetters?.rows ?? 0, bytes, marks, drift };
}

function join(a: Written, b: Written): Written {
  return {
    files: [...a.files, ...b.files],
    deadLetters: [...a.deadLetters, ...b.deadLetters],
    rows: a.rows + b.rows,
    rejected: a.rejected + b.rejected,
    bytes: a.bytes + b.bytes,
    marks: { ...a.marks, ...b.marks },
    drift: joinDrift([a.drift, b.drift]),
  };
}
