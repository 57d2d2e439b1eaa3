import { createInterface } from 'node:readline';
import { z } from 'zod';
import { openWire, type Wire } from '../../wire.ts';

/**
 * The limit: fetches everything a topic holds and counts records by the headers of their batches. It looks into nothing,
 * checks nothing and keeps nothing; nobody who reads the same topic can be faster.
 */
const Orders = z.object({ address: z.string(), topic: z.string(), ends: z.array(z.int()) });

const FETCH = { key: 1, version: 4 };
const MOST_BYTES = 8 * 1024 * 1024;
const BATCH_HEADER_BYTES = 61;

async function main({ address, topic, ends }: z.output<typeof Orders>): Promise<void> {
  const wire = await openWire(address);
  const words = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  say({ phase: 'ready' });
  await words.next();
  let events = 0;
  for (const [partition, end] of ends.entries()) events += await count(wire, { topic, partition, end });
  say({ phase: 'done', events, parquet: [] });
  await words.next();
  wire.close();
}

async function count(wire: Wire, { topic, partition, end }: { topic: string; partition: number; end: number }): Promise<number> {
  let events = 0;
  for (let offset = 0; offset < end;) {
    const answer = await wire.call(FETCH, fetchBody({ topic, partition, offset }));
    for (const batch of batchesOf(answer, topic)) {
      events += batch.records;
      offset += batch.offsets;
    }
  }
  return events;
}

function fetchBody({ topic, partition, offset }: { topic: string; partition: number; offset: number }): Buffer {
  const body = Buffer.alloc(43 + topic.length);
  let at = 0;
  for (const field of [-1, 500, 1, MOST_BYTES]) at = body.writeInt32BE(field, at);
  at = body.writeInt32BE(1, body.writeInt8(0, at));
  at = body.writeInt16BE(topic.length, at);
  at += body.write(topic, at);
  at = body.writeInt32BE(partition, body.writeInt32BE(1, at));
  body.writeInt32BE(MOST_BYTES, body.writeBigInt64BE(BigInt(offset), at));
  return body;
}

/** The whole batches of an answer; the broker may cut the last one off. */
function* batchesOf(answer: Buffer, topic: string): Generator<{ readonly records: number; readonly offsets: number }> {
  const aborted = 4 + 4 + 2 + topic.length + 4 + 4 + 2 + 8 + 8;
  const length = aborted + 4 + 16 * Math.max(0, answer.readInt32BE(aborted));
  const records = answer.subarray(length + 4, length + 4 + answer.readInt32BE(length));
  for (let at = 0; at + BATCH_HEADER_BYTES <= records.length; at += 12 + records.readInt32BE(at + 8)) {
    if (at + 12 + records.readInt32BE(at + 8) > records.length) return;
    yield { records: records.readInt32BE(at + 57), offsets: records.readInt32BE(at + 23) + 1 };
  }
}

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

await main(Orders.parse(JSON.parse(process.argv[2] ?? '{}')));
