import { z } from 'zod';
import { isHour } from '../core/hours.ts';
import type { EncodedSegment } from '../core/ports/encoder.ts';
import type { RecordChunk } from '../core/ports/event-log.ts';

// What the encoder's thread is asked, and what it answers. Each question has a number that its answer repeats.

const Chunk: z.ZodType<RecordChunk> = z.object({
  partition: z.int(),
  count: z.int(),
  offsets: z.instanceof(Float64Array),
  timestamps: z.instanceof(Float64Array),
  starts: z.instanceof(Int32Array),
  ends: z.instanceof(Int32Array),
  bytes: z.instanceof(Uint8Array),
  mark: z.object({ offset: z.number(), crc: z.number() }).nullable(),
});

const about = { id: z.int(), segment: z.int() };

/** One question about a segment; the first one of a segment opens it. */
export const Question = z.discriminatedUnion('verb', [
  z.object({ ...about, verb: z.literal('open'), topic: z.string(), landedHour: z.string().refine(isHour) }),
  z.object({ ...about, verb: z.literal('add'), chunk: Chunk, epoch: z.int() }),
  z.object({ ...about, verb: z.literal('finish') }),
  z.object({ ...about, verb: z.literal('discard') }),
]);
export type Question = z.infer<typeof Question>;

const isSegment = (value: unknown): boolean => typeof value === 'object' && value !== null && 'drift' in value;

/** The answer to a question: the segment when it was finished, else null. */
export const Answer = z.union([
  z.object({ id: z.int(), segment: z.custom<EncodedSegment>(isSegment).nullable() }),
  z.object({ id: z.int(), failure: z.object({ code: z.string(), message: z.string() }) }),
]);
export type Answer = z.infer<typeof Answer>;

/** What the thread says when it can be asked. */
export const Ready = z.object({ version: z.string(), topics: z.array(z.string()) });
export type Ready = z.infer<typeof Ready>;
