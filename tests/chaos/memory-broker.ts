import type { Broker } from './broker.ts';
import type { Order } from './orders.ts';

/** A log that a worker process holds in its memory, told by orders; it can lose what no real broker can be made to lose. */
export interface MemoryBroker extends Broker {
  /** Names the fleet that holds the log. */
  held(by: string): void;
  /** Drops everything from `end` on. */
  rewind(topic: string, partition: number, end: number): Promise<void>;
}

/** A log of topics with so many partitions each; `order` reaches the process that is to hold it. */
export function memoryBroker(partitions: number, order: (order: Order) => Promise<void>): MemoryBroker {
  const ends = new Map<string, number[]>();
  let id = '';
  const endsOf = (topic: string) => {
    const known = ends.get(topic) ?? Array.from({ length: partitions }, () => 0);
    ends.set(topic, known);
    return known;
  };
  return {
    at: partitions,
    held: (by) => {
      id = by;
    },
    create: () => Promise.resolve(),
    send: async (topic, partition, events) => {
      const known = endsOf(topic);
      const base = known[partition] ?? 0;
      await order({ do: 'append', id, topic, partition, values: events.map(({ value }) => value) });
      known[partition] = base + events.length;
      return [{ base, events }];
    },
    sendInVain: () => Promise.reject(new Error('a log in memory knows no transactions')),
    ends: (topic) => Promise.resolve(Object.fromEntries(endsOf(topic).map((end, partition) => [String(partition), end]))),
    rewind: async (topic, partition, end) => {
      await order({ do: 'rewind', id, topic, partition, end });
      endsOf(topic)[partition] = end;
    },
  };
}
