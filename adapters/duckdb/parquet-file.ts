import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

/** Bytes read, and their digest taken, in one go: some milliseconds of the event loop at most. */
const PIECE_BYTES = 1 << 20;

/** The whole of a file, and the SHA-256 of it in hex, without holding up the event loop. */
export async function readWithDigest(path: string): Promise<{ readonly content: Uint8Array; readonly digest: string }> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    const content = Buffer.allocUnsafeSlow(size);
    const hash = createHash('sha256');
    for (let at = 0; at < size;) {
      const { bytesRead } = await handle.read(content, at, Math.min(PIECE_BYTES, size - at), at);
      if (bytesRead === 0) throw new Error(`${path} ends at ${String(at)}, it was ${String(size)} bytes long`);
      hash.update(content.subarray(at, at + bytesRead));
      at += bytesRead;
    }
    return { content, digest: hash.digest('hex') };
  } finally {
    await handle.close();
  }
}
