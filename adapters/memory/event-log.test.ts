import { describeEventLog, readTexts, TIMESTAMP } from '../contract/event-log.ts';
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
    recreate: async () => {
      log.recreate(topic);
      return Promise.resolve();
    },
    announced: async (group) => Promise.resolve(log.announced(group, topic)),
  });
});

describe('memory', () => {
  it('forgets its newest records when it is told to', async () => {
    const log = createMemoryEventLog();
    log.ensureTopic('plays', 1);
    log.append({ topic: 'plays', partition: 0, values: ['a', 'b', 'c'] });
    const before = await log.identify('plays', { '0': 2 });
    log.rewindTo('plays', 0, 1);
    expect(await log.offsets('plays')).toEqual([{ partition: 0, start: 0, end: 1 }]);
    expect(await log.identify('plays', { '0': 2 })).toEqual({ id: before.id, checksums: { '0': null } });
    log.append({ topic: 'plays', partition: 0, values: ['other', 'history'] });
    expect(await readTexts(log, 'plays', { partition: 0, from: 0, to: 3 })).toEqual(['a', 'other', 'history']);
    expect((await log.identify('plays', { '0': 2 })).checksums).not.toEqual(before.checksums);
  });
});
