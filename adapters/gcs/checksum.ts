import { crc32c } from '@node-rs/crc32';

/** The CRC32C of `content` as Google writes it: four bytes, the highest first, in base64. */
export function checksumOf(content: Uint8Array): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32c(Buffer.from(content.buffer, content.byteOffset, content.byteLength)));
  return bytes.toString('base64');
}

/** The CRC32C in a header `x-goog-hash` such as `crc32c=4jnBgw==,md5=…`, or null when it names none. */
export function statedChecksum(header: string | undefined): string | null {
  return /(?:^|,)\s*crc32c=([^,\s]+)/.exec(header ?? '')?.[1] ?? null;
}
