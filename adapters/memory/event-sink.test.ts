import { describeEventSink } from '../contract/event-sink.ts';
import { createMemoryEventSink } from './event-sink.ts';

describeEventSink('memory', async () => {
  const sink = createMemoryEventSink({ partitions: 3 });
  return Promise.resolve({
    sink,
    topics: ['plays', 'logins'],
    reopen: () => Promise.resolve(sink),
    read: (topic) => {
      const values = new Map<number, string[]>();
      for (const { event, partition } of sink.kept) {
        if (event.topic === topic) values.set(partition, [...(values.get(partition) ?? []), event.value]);
      }
      return Promise.resolve(values);
    },
  });
});
