/** What a compressed body says of its inflated size, read from its framing alone: an upper bound that costs nothing. */

const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0]);
const XERIAL_HEADER_BYTES = 16;
const LZ4_MAGIC = 0x184d2204;
const LZ4_BLOCK_BYTES: Readonly<Record<number, number>> = { 4: 65_536, 5: 262_144, 6: 1_048_576, 7: 4_194_304 };
const LZ4_PLAIN = 0x80000000;
const ZSTD_MAGIC = 0xfd2fb528;
const ZSTD_BLOCK_BYTES = 131_072;
const ZSTD_COMPRESSED = 2;
const ZSTD_RESERVED = 3;

/** The snappy blocks in the framing of Java's producers; null when `body` is not framed so, but one raw block. */
export function xerialBlocks(body: Buffer): readonly Buffer[] | null {
  if (!body.subarray(0, XERIAL_MAGIC.length).equals(XERIAL_MAGIC)) return null;
  if (body.length < XERIAL_HEADER_BYTES) throw new Error('its snappy header is cut');
  const blocks: Buffer[] = [];
  for (let at = XERIAL_HEADER_BYTES; at < body.length;) {
    const size = body.readInt32BE(at);
    if (size < 0 || at + 4 + size > body.length) throw new Error(`its snappy block at byte ${String(at)} is cut`);
    blocks.push(body.subarray(at + 4, at + 4 + size));
    at += 4 + size;
  }
  return blocks;
}

/** The size that a raw snappy block declares. */
export function snappySize(block: Buffer): number {
  let size = 0;
  for (let index = 0; index < 5; index += 1) {
    const byte = block.readUInt8(index);
    size += (byte & 127) * 2 ** (7 * index);
    if (byte < 128) return size;
  }
  throw new Error('its snappy size has no end');
}

/** The most that an lz4 frame can become: its blocks, each as large as its header allows. */
export function lz4Bound(frame: Buffer): number {
  if (frame.readUInt32LE(0) !== LZ4_MAGIC) throw new Error('it is no lz4 frame');
  const flags = frame.readUInt8(4);
  const blockBytes = LZ4_BLOCK_BYTES[(frame.readUInt8(5) >> 4) & 7];
  if (blockBytes === undefined) throw new Error('its lz4 block size is not one of the four');
  const [sizeBytes, dictionaryBytes, checksumBytes] = [flags & 8 ? 8 : 0, flags & 1 ? 4 : 0, flags & 16 ? 4 : 0];
  let bound = 0;
  for (let at = 7 + sizeBytes + dictionaryBytes; ;) {
    const size = frame.readUInt32LE(at);
    if (size === 0) return bound;
    bound += size >= LZ4_PLAIN ? size - LZ4_PLAIN : blockBytes;
    at += 4 + (size >= LZ4_PLAIN ? size - LZ4_PLAIN : size) + checksumBytes;
  }
}

/** The most that a single zstd frame can become, never less than the content size it declares. */
export function zstdBound(frame: Buffer): number {
  if (frame.readUInt32LE(0) !== ZSTD_MAGIC) throw new Error('it is no zstd frame');
  const { at: blocksAt, contentSize } = zstdHeader(frame);
  let bound = 0;
  for (let at = blocksAt; ;) {
    const header = frame.readUIntLE(at, 3);
    const [isLast, type, size] = [(header & 1) === 1, (header >> 1) & 3, header >> 3];
    if (type === ZSTD_RESERVED) throw new Error(`its zstd block at byte ${String(at)} is of no known kind`);
    bound += type === ZSTD_COMPRESSED ? ZSTD_BLOCK_BYTES : size;
    at += 3 + (type === 1 ? 1 : size);
    if (isLast) return Math.max(bound, contentSize);
  }
}

function zstdHeader(frame: Buffer): { readonly at: number; readonly contentSize: number } {
  const descriptor = frame.readUInt8(4);
  const isSingleSegment = (descriptor & 32) !== 0;
  const windowBytes = isSingleSegment ? 0 : 1;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const at = 5 + windowBytes + dictionaryBytes;
  const sizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  if (sizeBytes === 0) return { at, contentSize: 0 };
  if (sizeBytes === 8) return { at: at + 8, contentSize: Number(frame.readBigUInt64LE(at)) };
  return { at: at + sizeBytes, contentSize: frame.readUIntLE(at, sizeBytes) + (sizeBytes === 2 ? 256 : 0) };
}
