import { crc32 } from 'node:zlib';
import { SoundFlowError } from '../../core/errors.ts';
import type { EventLog, LogRecord, OffsetRange, RecordChunk } from '../../core/ports/event-log.ts';
import { chunkOf } from '../../core/records.ts';

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
  /** Deletes the topic and makes one of the same name, with as many partitions, all empty, and another id. */
  recreate(topic: string): void;
  /** Drops everything from `end` on, as a broker does that comes back without its newest records. */
  rewindTo(topic: string, partition: number, end: number): void;
  /** What a group announced, by partition. */
  announced(group: string, topic: string): Readonly<Record<string, number>>;
}

interface Partition {
  start: number;
  end: number;
  records: LogRecord[];
}

interface Topic {
  readonly id: string;
  partitions: readonly Partition[];
}

/** An empty event log in memory. Its checksums are of one record's value each. */
export function createMemoryEventLog(): MemoryEventLog {
  const topics = new Topics();
  return { ...readingOf(topics), ...announcing(), ...broker(topics), close: () => Promise.resolve() };
}

class Topics {
  readonly #topics = new Map<string, Topic>();
  #made = 0;

  find(name: string): Topic | undefined {
    return this.#topics.get(name);
  }

  get(name: string): Topic {
    const topic = this.find(name);
    if (topic !== undefined) return topic;
    throw new SoundFlowError('NOT_FOUND', `topic ${name}: there is none. Create it.`);
  }

  partition(name: string, partition: number): Partition {
    const found = this.get(name).partitions[partition];
    if (found !== undefined) return found;
    throw new SoundFlowError('NOT_FOUND', `topic ${name}: has no partition ${String(partition)}. Add it.`);
  }

  make(name: string, partitions: readonly Partition[]): void {
    this.#made += 1;
    this.#topics.set(name, { id: `topic-${String(this.#made)}`, partitions });
  }
}

function readingOf(topics: Topics): Pick<EventLog, 'offsets' | 'identify' | 'read'> {
  return {
    offsets: async (topic) => {
      await Promise.resolve();
      return topics.get(topic).partitions.map(({ start, end }, partition) => ({ partition, start, end }));
    },
    identify: async (topic, at) => {
      await Promise.resolve();
      const { id, partitions } = topics.get(topic);
      const checksums = Object.entries(at).map(([partition, offset]) => {
        const record = partitions[Number(partition)]?.records.find((one) => one.offset === offset);
        return [partition, record === undefined ? null : checksumOf(record)] as const;
      });
      return { id, checksums: Object.fromEntries(checksums) };
    },
    read: async function* read(topic, range, signal): AsyncGenerator<RecordChunk> {
      for (let position = range.from; position < range.to; position += CHUNK_RECORDS) {
        const place = `topic ${topic}, partition ${String(range.partition)}, range [${String(range.from)}, ${String(range.to)})`;
        if (signal?.aborted === true) throw new SoundFlowError('CANCELLED', `${place}: cancelled.`, { cause: signal.reason });
        const { start, end, records } = topics.partition(topic, range.partition);
        refuseUnheld(place, { partition: range.partition, from: position, to: range.to }, { start, end });
        const to = Math.min(range.to, position + CHUNK_RECORDS);
        const within = records.filter(({ offset }) => offset >= position && offset < to);
        const last = within.at(-1);
        if (last !== undefined) yield chunkOf(range.partition, within, { offset: last.offset, crc: checksumOf(last) });
        await Promise.resolve();
      }
    },
  };
}

function announcing(): Pick<MemoryEventLog, 'announce' | 'announced'> {
  const announcements = new Map<string, Map<string, number>>();
  return {
    announce: async (group, topic, offsets) => {
      const shown = announcements.get(`${group}/${topic}`) ?? new Map<string, number>();
      announcements.set(`${group}/${topic}`, shown);
      for (const [partition, offset] of Object.entries(offsets))
        shown.set(partition, Math.max(offset, shown.get(partition) ?? 0));
      return Promise.resolve();
    },
    announced: (group, topic) => Object.fromEntries(announcements.get(`${group}/${topic}`) ?? []),
  };
}

type Broker = Pick<MemoryEventLog, 'ensureTopic' | 'append' | 'skip' | 'truncateTo' | 'recreate' | 'rewindTo'>;

function broker(topics: Topics): Broker {
  return {
    ensureTopic(topic, count) {
      const known = topics.find(topic);
      const partitions = [...(known?.partitions ?? [])];
      while (partitions.length < count) partitions.push(emptyPartition());
      if (known === undefined) topics.make(topic, partitions);
      else known.partitions = partitions;
    },
    append({ topic, partition, values, timestamp = 0 }) {
      const log = topics.partition(topic, partition);
      for (const value of values) {
        log.records.push({ partition, offset: log.end, timestamp, value: value === null ? null : Buffer.from(value) });
        log.end += 1;
      }
    },
    skip(topic, partition, count) {
      topics.partition(topic, partition).end += count;
    },
    truncateTo(topic, partition, start) {
      const log = topics.partition(topic, partition);
      log.start = start;
      log.records = log.records.filter(({ offset }) => offset >= start);
    },
    recreate(topic) {
      topics.make(topic, topics.get(topic).partitions.map(emptyPartition));
    },
    rewindTo(topic, partition, end) {
      const log = topics.partition(topic, partition);
      log.end = end;
      log.start = Math.min(log.start, end);
      log.records = log.records.filter(({ offset }) => offset < end);
    },
  };
}

function emptyPartition(): Partition {
  return { start: 0, end: 0, records: [] };
}

function checksumOf({ value }: LogRecord): number {
  return crc32(value ?? '');
}

function refuseUnheld(place: string, { from, to }: OffsetRange, { start, end }: Pick<Partition, 'start' | 'end'>): void {
  if (start > from)
    throw new SoundFlowError('DATA_LOSS', `${place}: the log begins at ${String(start)}. Accept the loss, or stop.`);
  if (from > end) throw new SoundFlowError('DATA_LOSS', `${place}: the log ends at ${String(end)}. Was the topic made anew?`);
  if (to > end)
    throw new SoundFlowError('UNAVAILABLE', `${place}: only what is before ${String(end)} is there. Wait for the rest.`);
}
