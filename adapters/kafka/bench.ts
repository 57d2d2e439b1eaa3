import { parseArgs } from 'node:util';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { randomUUID } from 'node:crypto';
import type { Producer } from 'kafkajs';
import type { EventLog } from '../../core/ports/event-log.ts';
import { createClient } from './client.ts';
import { createKafkaEventLog } from './event-log.ts';
import { createPlainEventLog } from './plain-event-log.ts';
import { createTopics } from './topics.ts';

const PARTITIONS = 4;
const SEND_BYTES = 1_000_000;
const CODECS = ['uncompressed', 'gzip', 'snappy', 'lz4', 'zstd'];

const { values: options } = parseArgs({
  options: {
    brokers: { type: 'string', default: '127.0.0.1:9092' },
    events: { type: 'string', default: '500000' },
    batch: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '3' },
    codec: { type: 'string', multiple: true, default: CODECS },
    plain: { type: 'boolean', default: false },
  },
});

/** A listen event of about 485 bytes. */
function eventOf(index: number): string {
  const userAgent =
    '"Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/36.0.1985.143 Safari/537.36"';
  const place = {
    city: `Town ${String(index % 400)}`,
    zip: String(10_000 + (index % 80_000)),
    state: 'NY',
    lon: -73.9 + index / 1e6,
    lat: 40.7,
  };
  const song = {
    artist: `Artist ${String((index * 17) % 9_973)}`,
    song: `Song ${String((index * 31) % 49_999)}`,
    duration: 100 + (index % 20_000) / 97,
  };
  const session = {
    ts: 1_795_132_800_000 + index * 977,
    sessionId: index % 30_000,
    auth: 'Logged In',
    level: 'paid',
    itemInSession: index % 90,
  };
  const user = {
    userId: index % 10_000,
    lastName: 'Lovelace',
    firstName: 'Augusta Ada',
    gender: 'F',
    registration: 1_400_000_000_000 + index,
  };
  return JSON.stringify({ ...song, ...session, ...place, userAgent, ...user, tag: 'bench' });
}

/** Sends events in batches of about `--batch` bytes, one request a batch. */
async function fill(producer: Producer, topic: string): Promise<void> {
  const events = Number(options.events);
  const perBatch = Math.max(1, Math.floor(Number(options.batch) / 500));
  const perSend = Math.max(1, Math.floor(SEND_BYTES / 500 / perBatch));
  let partition = 0;
  for (let sent = 0; sent < events;) {
    for (let batches = 0; batches < perSend && sent < events; batches += 1) {
      const count = Math.min(perBatch, events - sent);
      const messages = Array.from({ length: count }, (_, index) => ({ partition, value: eventOf(sent + index) }));
      await producer.send({ topic, messages });
      sent += count;
    }
    partition = (partition + 1) % PARTITIONS;
  }
}

/** Reads a topic once, and what that cost this process. */
async function readOnce(log: EventLog, topic: string) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  let [events, bytes, chunks] = [0, 0, 0];
  const ranges = (await log.offsets(topic)).map(({ partition, start, end }) => ({ partition, from: start, to: end }));
  delay.enable();
  const [cpu, begun] = [process.cpuUsage(), performance.now()];
  for (const range of ranges) {
    for await (const { count, starts, ends } of log.read(topic, range)) {
      events += count;
      chunks += 1;
      bytes += (ends[count - 1] ?? 0) - (starts[0] ?? 0);
    }
  }
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - begun) / 1_000;
  delay.disable();
  return {
    events,
    eventsPerCpuSecond: Math.round(events / ((user + system) / 1e6)),
    eventsPerSecond: Math.round(events / seconds),
    bytesPerEvent: Math.round(bytes / events),
    chunks,
    delayMs: { p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 },
    rssMb: Math.round(process.memoryUsage().rss / 1024 / 1024),
  };
}

async function measure(codec: string): Promise<void> {
  const settings = { brokers: options.brokers.split(','), clientId: 'soundflow-bench' };
  const client = createClient(settings);
  const [admin, producer] = [client.admin(), client.producer()];
  await Promise.all([admin.connect(), producer.connect()]);
  const topic = `bench-${randomUUID()}`;
  const configEntries = [{ name: 'compression.type', value: codec }];
  await createTopics(admin, [{ topic, numPartitions: PARTITIONS, configEntries }]);
  await fill(producer, topic);
  await producer.disconnect();
  const log = options.plain ? createPlainEventLog(settings) : createKafkaEventLog(settings);
  for (let round = 0; round < Number(options.rounds); round += 1) {
    process.stdout.write(`${JSON.stringify({ codec, ...(await readOnce(log, topic)) })}\n`);
  }
  await log.close();
  await admin.deleteTopics({ topics: [topic] });
  await admin.disconnect();
}

for (const codec of options.codec) await measure(codec);
