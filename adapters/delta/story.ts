import { z } from 'zod';
import { isHour, type Hour } from '../../core/hours.ts';
import type { Commit } from '../../core/landing/commit.ts';
import { NO_STANDING } from '../../core/landing/rules.ts';

const Count = z.int().min(0);
const Position = z.int().min(-1);
const partitions = <T extends z.ZodType>(of: T) => z.record(z.string().regex(/^\d+$/), of);
const ClosedHour = z.custom<Hour>((value) => typeof value === 'string' && isHour(value), 'not a UTC hour');
const Range = z.object({ partition: Count, from: Count, to: Count, epoch: Count });

/** Grows with every change that an older reader would misunderstand. */
const FORMAT = 2;

/** What a commit says beyond the actions that every Delta reader knows. */
const Told = z.object({
  position: Count,
  kind: z.enum(['create', 'batch', 'hour', 'loss', 'replace', 'compact', 'replay']),
  hour: ClosedHour,
  before: partitions(Count),
  after: partitions(Count),
  standing: z.object({
    epochs: partitions(Count),
    marks: partitions(z.object({ offset: Count, crc: z.int() })),
    topicId: z.string().nullable(),
    amendment: Position,
    recordBytes: z.number().min(0),
    schema: z.string(),
  }),
  amended: Position,
  rewrites: ClosedHour.nullable(),
  losses: z.array(Range.extend({ reason: z.enum(['retention', 'rewound', 'recreated']) })),
  redeems: z.array(Range),
  deadLetters: z.array(z.object({ path: z.string().min(1), bytes: Count, rows: Count, digest: z.string() })),
  counts: z.object({ consumed: Count, redeemed: Count, rows: Count, deadLetters: Count, lost: Count, empty: Count }),
  encoder: z.string(),
});

/** `commitInfo.soundflow` as it is read: of today's format, or of the first one, completed. */
export const Story = z.preprocess(completed, Told);

const Formatted = z.looseObject({ format: z.literal([1, FORMAT]), deadLetters: z.array(z.looseObject({})).optional() });

/** Logs of the first format knew neither epochs nor amendments nor digests. */
function completed(value: unknown, context: z.RefinementCtx): unknown {
  const read = Formatted.safeParse(value);
  if (!read.success) {
    context.issues.push(
      ...read.error.issues.map(({ path, message }) => ({ code: 'custom' as const, path, message, input: value })),
    );
    return z.NEVER;
  }
  if (read.data.format === FORMAT) return value;
  const { deadLetters, ...told } = read.data;
  const unknown = { standing: NO_STANDING, amended: -1, rewrites: null, losses: [], redeems: [] };
  return { ...unknown, ...told, deadLetters: deadLetters?.map((file) => ({ ...file, digest: '' })) };
}

/** `commitInfo.soundflow` as it is written, its keys always in the same order. */
export function storyOf(commit: Commit): z.infer<typeof Told> & { readonly format: number } {
  const { position, kind, hour, before, after, amended, rewrites, encoder } = commit;
  const { consumed, redeemed, rows, deadLetters, lost, empty } = commit.counts;
  return {
    format: FORMAT,
    position,
    kind,
    hour,
    before: sorted(before),
    after: sorted(after),
    standing: standingOf(commit),
    amended,
    rewrites,
    losses: commit.losses.map(({ partition, from, to, reason, epoch }) => ({ partition, from, to, reason, epoch })),
    redeems: commit.redeems.map(({ partition, from, to, epoch }) => ({ partition, from, to, epoch })),
    deadLetters: commit.deadLetters.map((file) => {
      const { path, bytes, digest } = file;
      return { path, bytes, rows: file.rows, digest };
    }),
    counts: { consumed, redeemed, rows, deadLetters, lost, empty },
    encoder,
  };
}

function standingOf({ standing }: Commit): z.infer<typeof Told>['standing'] {
  const { topicId, amendment, recordBytes, schema } = standing;
  const marks = Object.entries(sorted(standing.marks)).map(([key, { offset, crc }]) => [key, { offset, crc }] as const);
  return { epochs: sorted(standing.epochs), marks: Object.fromEntries(marks), topicId, amendment, recordBytes, schema };
}

/** The same entries, ascending by key. */
export function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
