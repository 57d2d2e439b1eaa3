import { createKafkaEventLog } from '../adapters/kafka/event-log.ts';
import { valueBytes } from '../core/records.ts';
import { fillTopic } from './fill-topic.ts';

const EVENTS = 12_345;
const PARTITIONS = 3;

test('a real broker holds what was sent, partition by partition', async () => {
  const address = process.env.TEST_KAFKA_BROKERS?.split(',')[0] ?? '';
  const topic = `bench_${String(Date.now())}`;
  const told: number[] = [];
  const backlog = { address, topic, partitions: PARTITIONS, events: EVENTS, badShare: 0.01, seed: 1 };
  const filled = await fillTopic(backlog, (sent) => told.push(sent));
  expect(filled.events).toBe(EVENTS);
  expect(told.at(-1)).toBe(EVENTS);
  const log = createKafkaEventLog({ brokers: [address], clientId: 'bench-test' });
  const offsets = await log.offsets(topic);
  expect(offsets).toEqual(filled.ends.map((end, partition) => ({ partition, start: 0, end })));
  let [records, bytes] = [0, 0];
  for (const { partition, end } of offsets) {
    for await (const chunk of log.read(topic, { partition, from: 0, to: end })) {
      records += chunk.count;
      bytes += valueBytes(chunk);
    }
  }
  await log.close();
  expect([records, bytes]).toEqual([EVENTS, filled.bytes]);
});
