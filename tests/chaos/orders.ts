import { z } from 'zod';

/** Where in a batch a worker can be held, in the order a batch comes there. */
export const STEPS = [
  'before planning',
  'before reading',
  'before a file is put',
  'after a file is put',
  'before the commit is put',
  'after the commit is put',
  'before announcing',
  'after announcing',
] as const;

/** One of them. */
export type Step = (typeof STEPS)[number];

/** What an object store does wrong, each fault at most as often as is said; the first call is number 1. */
export const StoreFaults = z.object({
  /** Every n-th call, for as many faults. */
  every: z.int().min(1),
  times: z.int(),
  kinds: z.array(
    z.enum([
      'put fails',
      'put is late',
      'put is done and fails',
      'put is done and answers late',
      'put is done and says exists',
      'read fails',
      'read is late',
    ]),
  ),
  lateMs: z.int(),
  /** Bytes that may be put before the disk is full, null for no end. */
  roomBytes: z.int().nullable(),
});
export type StoreFaults = z.infer<typeof StoreFaults>;

/** One landing worker for some topics: where it connects to, what it lands with, and what is wrong with it. */
export const Fleet = z.object({
  id: z.string(),
  address: z.string(),
  taskQueue: z.string(),
  topics: z.array(z.string()),
  /** Addresses of a broker, or how many partitions topics have in a log that only this process holds. */
  broker: z.union([z.array(z.string()), z.int()]),
  home: z.string(),
  encoder: z.enum(['columnar', 'arrow']),
  segmentEvents: z.int(),
  batchSegments: z.int(),
  window: z.int(),
  tickMs: z.int(),
  clockShiftMs: z.int(),
  /** Held, once, when it comes to `step` for the `nth` time, until it is told to go on. */
  gate: z.object({ step: z.enum(STEPS), nth: z.int().min(1) }).nullable(),
  /** Segments it lands at once. */
  landSlots: z.int().min(1),
  /** Its heartbeats never reach the server. */
  mute: z.boolean(),
  store: StoreFaults.nullable(),
  /** Who does not take what it announces: the catalogue, which is locked, or the broker, which refuses its group. */
  refuses: z.enum(['catalogue', 'group']).nullable(),
});
export type Fleet = z.infer<typeof Fleet>;

/** What a worker process is told. Every order is answered. */
export const Order = z.discriminatedUnion('do', [
  z.object({ do: z.literal('serve'), fleet: Fleet }),
  z.object({ do: z.literal('leave'), id: z.string() }),
  z.object({ do: z.literal('go on'), id: z.string() }),
  z.object({ do: z.literal('heal'), id: z.string() }),
  z.object({ do: z.literal('shift clock'), id: z.string(), ms: z.int() }),
  z.object({
    do: z.literal('append'),
    id: z.string(),
    topic: z.string(),
    partition: z.int(),
    values: z.array(z.string().nullable()),
  }),
  z.object({ do: z.literal('rewind'), id: z.string(), topic: z.string(), partition: z.int(), end: z.int() }),
]);
export type Order = z.infer<typeof Order>;

/** An order as it is sent: its answer names the number. */
export const Numbered = z.object({ number: z.int(), order: Order });

/** What a worker process says: ready, an order carried out or not, a fleet held at a step or met by a fault. */
export const Report = z.discriminatedUnion('what', [
  z.object({ what: z.literal('ready') }),
  z.object({ what: z.literal('done'), number: z.int(), why: z.string().nullable() }),
  z.object({ what: z.literal('held'), id: z.string() }),
  z.object({ what: z.literal('fault'), id: z.string() }),
]);
export type Report = z.infer<typeof Report>;
