import { gunzipSync } from 'node:zlib';
import { decompress } from '@bokuweb/zstd-wasm';
import { decompressFrameSync } from 'lz4-napi';
import { uncompressSync } from 'snappy';
import { messageOf, SoundFlowError } from '../../core/errors.ts';
import { loadZstd } from '../zstd/load.ts';
import { lz4Bound, snappySize, xerialBlocks, zstdBound } from './compressed-size.ts';

/** No batch may become larger: sound ones are a few MiB, and one made to burst a worker's memory is not. */
const INFLATED_BYTES = 64 * 1024 * 1024;

/** Something compressed, and where it lies, for messages. */
export interface Compressed {
  /** Kafka's number of the codec: none, gzip, snappy, lz4, zstd. */
  readonly codec: number;
  readonly body: Buffer;
  readonly place: string;
}

interface Codec {
  readonly name: string;
  /** How large it may become at most, told without inflating it; null when only inflating tells. */
  readonly bound: (body: Buffer) => number | null;
  readonly inflate: (body: Buffer, limit: number) => Buffer | Promise<Buffer>;
}

const CODECS: Readonly<Record<number, Codec>> = {
  0: { name: 'none', bound: (body) => body.length, inflate: (body) => body },
  1: { name: 'gzip', bound: () => null, inflate: (body, limit) => gunzipSync(body, { maxOutputLength: limit }) },
  2: {
    name: 'snappy',
    bound: (body) => (xerialBlocks(body) ?? [body]).reduce((sum, block) => sum + snappySize(block), 0),
    inflate: unsnapped,
  },
  3: { name: 'lz4', bound: lz4Bound, inflate: (body) => decompressFrameSync(body) },
  4: { name: 'zstd', bound: zstdBound, inflate: unzstd },
};

/**
 * The inflated body of a record batch. Inflates in one go, some 2 to 5 ms for each MiB.
 * @throws DAMAGED when it is not what its codec says, BAD_REQUEST for an unknown codec or more than `limit` bytes, or perhaps more by what its framing tells.
 */
export async function inflate({ codec, body, place }: Compressed, limit = INFLATED_BYTES): Promise<Buffer> {
  const known = CODECS[codec];
  if (known === undefined) {
    const message = `${place}: compression ${String(codec)} is not one of none, gzip, snappy, lz4, zstd. Write the topic with one of them.`;
    throw new SoundFlowError('BAD_REQUEST', message);
  }
  try {
    const bound = known.bound(body);
    if (bound !== null && bound > limit) throw tooLarge(place, known.name, limit);
    return await known.inflate(body, limit);
  } catch (cause) {
    if (cause instanceof SoundFlowError) throw cause;
    if (isOverLimit(cause)) throw tooLarge(place, known.name, limit);
    const message = `${place}: is not sound ${known.name}: ${messageOf(cause)}. Its producer wrote it so: skip the range, or have it sent anew.`;
    throw new SoundFlowError('DAMAGED', message, { cause });
  }
}

function unsnapped(body: Buffer): Buffer {
  const blocks = xerialBlocks(body);
  return blocks === null ? unsnappedBlock(body) : Buffer.concat(blocks.map(unsnappedBlock));
}

function unsnappedBlock(block: Buffer): Buffer {
  const inflated = uncompressSync(block, { copyOutputData: true });
  return typeof inflated === 'string' ? Buffer.from(inflated) : inflated;
}

async function unzstd(body: Buffer): Promise<Buffer> {
  await loadZstd();
  const inflated = decompress(body, { defaultHeapSize: Math.max(1, zstdBound(body)) });
  return Buffer.from(inflated.buffer, inflated.byteOffset, inflated.byteLength);
}

function isOverLimit(thrown: unknown): boolean {
  return typeof thrown === 'object' && thrown !== null && 'code' in thrown && thrown.code === 'ERR_BUFFER_TOO_LARGE';
}

function tooLarge(place: string, name: string, limit: number): SoundFlowError {
  const message = `${place}: its ${name} becomes more than ${String(limit)} bytes. Have its producer send smaller batches.`;
  return new SoundFlowError('BAD_REQUEST', message);
}
