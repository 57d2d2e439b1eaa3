import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import parquet from '@dsnp/parquetjs';
import { Kafka, logLevel } from 'kafkajs';

/**
 * The obvious Node stack: eachBatch, JSON.parse, and a row of parquetjs for each event. It checks nothing and promises
 * nothing. Orders: { brokers, topic, events, folder, fileEvents }; `fileEvents` rows make a file.
 */
const { brokers, topic, events, folder, fileEvents } = JSON.parse(process.argv[2] ?? '{}');

const text = { type: 'UTF8', compression: 'SNAPPY' };
const number = { type: 'DOUBLE', compression: 'SNAPPY' };
const whole = { type: 'INT64', compression: 'SNAPPY' };
const instant = { type: 'TIMESTAMP_MICROS', compression: 'SNAPPY' };
const optional = (field) => ({ ...field, optional: true });

const schema = new parquet.ParquetSchema({
  artist: text,
  song: text,
  duration: number,
  ts: instant,
  sessionId: whole,
  auth: text,
  level: text,
  itemInSession: whole,
  city: text,
  zip: text,
  state: text,
  userAgent: text,
  lon: number,
  lat: number,
  userId: optional(whole),
  lastName: optional(text),
  firstName: optional(text),
  gender: optional(text),
  registration: optional(instant),
  tag: optional(text),
  _kafka_partition: whole,
  _offset: whole,
  _kafka_time: instant,
});

mkdirSync(folder, { recursive: true });
const kafka = new Kafka({ brokers, clientId: 'bench-naive', logLevel: logLevel.NOTHING });
const consumer = kafka.consumer({
  groupId: `bench-naive-${process.pid}`,
  maxBytesPerPartition: 4 * 1024 * 1024,
  maxBytes: 16 * 1024 * 1024,
});
const words = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
await consumer.connect();
await consumer.subscribe({ topic, fromBeginning: true });
say({ phase: 'ready' });
await words.next();

const writers = new Map();
let landed = 0;
let files = 0;
const { promise: all, resolve: allLanded } = promiseOf();
await consumer.run({ eachBatch, partitionsConsumedConcurrently: 1 });
await all;
for (const { writer } of writers.values()) await writer.close();
say({ phase: 'done', events: landed, parquet: [folder] });
await words.next();
process.exit(0);

async function eachBatch({ batch, heartbeat, resolveOffset }) {
  const { partition } = batch;
  for (const message of batch.messages) {
    const event = JSON.parse(message.value.toString());
    const to = writers.get(partition) ?? (await open(partition));
    await to.writer.appendRow({
      ...event,
      ts: new Date(event.ts),
      registration: event.registration === undefined ? undefined : new Date(event.registration),
      _kafka_partition: partition,
      _offset: Number(message.offset),
      _kafka_time: new Date(Number(message.timestamp)),
    });
    to.rows += 1;
    landed += 1;
    if (to.rows === fileEvents) {
      await to.writer.close();
      writers.delete(partition);
    }
    resolveOffset(message.offset);
    if (landed % 1000 === 0) await heartbeat();
  }
  if (landed >= events) allLanded();
}

async function open(partition) {
  files += 1;
  const writer = await parquet.ParquetWriter.openFile(schema, join(folder, `${partition}-${files}.parquet`));
  const opened = { writer, rows: 0 };
  writers.set(partition, opened);
  return opened;
}

function promiseOf() {
  let resolve;
  const promise = new Promise((settle) => (resolve = settle));
  return { promise, resolve };
}

function say(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
