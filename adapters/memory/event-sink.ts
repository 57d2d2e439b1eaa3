import type { EventSink, SimulatedEvent, SinkPosition } from '../../core/ports/event-sink.ts';

/** An event as it was acknowledged. */
export interface KeptEvent {
  readonly event: SimulatedEvent;
  readonly partition: number;
  readonly simulation: string;
}

/** An event sink in memory, and what it holds. */
export interface MemoryEventSink extends EventSink {
  /** Everything acknowledged so far, in order. */
  readonly kept: readonly KeptEvent[];
}

/** An empty sink whose topics have so many partitions each. */
export function createMemoryEventSink({ partitions }: { readonly partitions: number }): MemoryEventSink {
  const kept: KeptEvent[] = [];
  const newest = new Map<string, SinkPosition>();
  const partitionOf = (_topic: string, key: string): number => hashOf(key) % partitions;

  function keep(event: SimulatedEvent, simulation: string): void {
    const { topic, key, timestamp, sequence } = event;
    const partition = partitionOf(topic, key);
    kept.push({ event, partition, simulation });
    newest.set(`${topic}/${String(partition)}`, { topic, partition, timestamp, sequence, simulation });
  }

  return {
    kept,
    partitionOf,
    async send(events, simulation) {
      const counts: Record<string, number> = {};
      for (const event of events) {
        keep(event, simulation);
        counts[event.topic] = (counts[event.topic] ?? 0) + 1;
      }
      return Promise.resolve(counts);
    },
    positions: (topics) => Promise.resolve([...newest.values()].filter(({ topic }) => topics.includes(topic))),
    close: () => Promise.resolve(),
  };
}

function hashOf(key: string): number {
  let hash = 7;
  for (const character of key) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) | 0;
  return hash >>> 0;
}
