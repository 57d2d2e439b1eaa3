import { SoundFlowError } from '../core/errors.ts';
import type { Wire } from './wire.ts';

const PRODUCE = { key: 0, version: 3 };
const LEADER = 1;
const TIMEOUT_MS = 30_000;

/** Where records go. */
export interface Destination {
  readonly topic: string;
  readonly partition: number;
}

/** Sends one record batch and waits until the leader has it. @throws UNAVAILABLE with the broker's error number */
export async function produce(wire: Wire, { topic, partition }: Destination, batch: Buffer): Promise<void> {
  const head = Buffer.alloc(26 + topic.length);
  head.writeInt16BE(-1, 0);
  head.writeInt16BE(LEADER, 2);
  head.writeInt32BE(TIMEOUT_MS, 4);
  head.writeInt32BE(1, 8);
  head.writeInt16BE(topic.length, 12);
  let at = 14 + head.write(topic, 14);
  for (const field of [1, partition, batch.length]) at = head.writeInt32BE(field, at);
  const answer = await wire.call(PRODUCE, Buffer.concat([head, batch]));
  const error = answer.readInt16BE(4 + 2 + topic.length + 4 + 4);
  if (error === 0) return;
  throw new SoundFlowError(
    'UNAVAILABLE',
    `${topic}/${String(partition)}: the broker refused a batch with error ${String(error)}.`,
  );
}
