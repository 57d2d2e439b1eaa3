import { describeEventLog, TIMESTAMP } from '../contract/event-log.ts';
import { createMemoryEventLog } from './event-log.ts';

describeEventLog('memory', async () => {
  const log = createMemoryEventLog();
  const topic = 'plays';
  log.ensureTopic(topic, 2);
  return Promise.resolve({
    log,
    topic,
    append: async (partition, values) => {
      log.append({ topic, partition, values, timestamp: TIMESTAMP });
      return Promise.resolve();
    },
    skip: async (partition) => {
      log.skip(topic, partition, 2);
      return Promise.resolve();
    },
    truncateTo: async (partition, start) => {
      log.truncateTo(topic, partition, start);
      return Promise.resolve();
    },
    addPartition: async () => {
      log.ensureTopic(topic, 3);
      return Promise.resolve();
    },
    announced: async (group) => Promise.resolve(log.announced(group, topic)),
  });
});
