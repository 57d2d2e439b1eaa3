import { SoundFlowError } from '../../core/errors.ts';
import type { EventLog, LogRecord, OffsetRange } from '../../core/ports/event-log.ts';

const CHUNK_RECORDS = 1_000;

/** Records to append to a partition, in order; `timestamp` of them all, epoch milliseconds. */
export interface Appended {
  readonly topic: string;
  readonly partition: number;
  readonly values: readonly (string | null)[];
  readonly timestamp?: number;
}

/** An event log in memory, and what only the broker and its other clients could do to it. */
export interface MemoryEventLog extends EventLog {
  /** Adds a topic, or partitions to one. */
  ensureTopic(topic: string, partitions: number): void;
  append(records: Appended): void;
  /** Uses up `count` offsets without a record, as aborted transactions and markers do. */
  skip(topic: string, partition: number, count: number): void;
  /** Drops everything before `start`, as retention does. */
  truncateTo(topic: string, partition: number, start: number): void;
  /** What a group announced, by partition. */
  announced(group: string, topic: string): Readonly<Record<string, number>>;
}

interface Partition {
  start: number;
  end: number;
  readonly records: LogRecord[];
}

/** An empty event log in memory. */
export function createMemoryEventLog(): MemoryEventLog {
  const topics = new Map<string, Partition[]>();
  const announcements = new Map<string, Map<string, number>>();

  function partitionOf(topic: string, partition: number): Partition {
    const found = partitionsOf(topics, topic)[partition];
    if (found !== undefined) return found;
    throw new SoundFlowError('NOT_FOUND', `topic ${topic}: has no partition ${String(partition)}. Add it.`);
  }

  async function* read(topic: string, range: OffsetRange, signal?: AbortSignal): AsyncIterable<readonly LogRecord[]> {
    for (let position = range.from; position < range.to; position += CHUNK_RECORDS) {
      const place = `topic ${topic}, partition ${String(range.partition)}, range [${String(range.from)}, ${String(range.to)})`;
      if (signal?.aborted === true) throw new SoundFlowError('CANCELLED', `${place}: cancelled.`, { cause: signal.reason });
      const { start, end, records } = partitionOf(topic, range.partition);
      refuseUnheld(place, { partition: range.partition, from: position, to: range.to }, { start, end });
      const to = Math.min(range.to, position + CHUNK_RECORDS);
      const chunk = records.filter(({ offset }) => offset >= position && offset < to);
      if (chunk.length > 0) yield chunk;
      await Promise.resolve();
    }
  }

  return {
    offsets: async (topic) => {
      await Promise.resolve();
      return partitionsOf(topics, topic).map(({ start, end }, partition) => ({ partition, start, end }));
    },
    read,
    announce: async (group, topic, offsets) => {
      const shown = announcements.get(`${group}/${topic}`) ?? new Map<string, number>();
      announcements.set(`${group}/${topic}`, shown);
      for (const [partition, offset] of Object.entries(offsets))
        shown.set(partition, Math.max(offset, shown.get(partition) ?? 0));
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
    ensureTopic(topic, count) {
      const partitions = topics.get(topic) ?? [];
      topics.set(topic, partitions);
      while (partitions.length < count) partitions.push({ start: 0, end: 0, records: [] });
    },
    append({ topic, partition, values, timestamp = 0 }) {
      const log = partitionOf(topic, partition);
      for (const value of values) {
        log.records.push({ partition, offset: log.end, timestamp, value: value === null ? null : Buffer.from(value) });
        log.end += 1;
      }
    },
    skip(topic, partition, count) {
      partitionOf(topic, partition).end += count;
    },
    truncateTo(topic, partition, start) {
      const log = partitionOf(topic, partition);
      log.start = start;
      const kept = log.records.findIndex(({ offset }) => offset >= start);
      log.records.splice(0, kept < 0 ? log.records.length : kept);
    },
    announced: (group, topic) => Object.fromEntries(announcements.get(`${group}/${topic}`) ?? []),
  };
}

function partitionsOf(topics: ReadonlyMap<string, Partition[]>, topic: string): readonly Partition[] {
  const partitions = topics.get(topic);
  if (partitions !== undefined) return partitions;
  throw new SoundFlowError('NOT_FOUND', `topic ${topic}: there is none. Create it.`);
}

function refuseUnheld(place: string, { from, to }: OffsetRange, { start, end }: Pick<Partition, 'start' | 'end'>): void {
  if (start > from)
    throw new SoundFlowError('DATA_LOSS', `${place}: the log begins at ${String(start)}. Accept the loss, or stop.`);
  if (from > end) throw new SoundFlowError('DATA_LOSS', `${place}: the log ends at ${String(end)}. Was the topic made anew?`);
  if (to > end)
    throw new SoundFlowError('UNAVAILABLE', `${place}: only what is before ${String(end)} is there. Wait for the rest.`);
}
