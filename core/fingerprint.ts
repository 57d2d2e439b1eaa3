/** The version of something made from several parts: 16 hex digits of its [key, version] pairs, in whatever order they come. */
export function fingerprint(pairs: Iterable<readonly [key: string, version: string]>): string {
  const lines = Array.from(pairs, (pair) => JSON.stringify(pair)).sort();
  return fnv1a64(lines.join('\n'));
}

/** The 64-bit FNV-1a hash of a text's UTF-8 bytes as 16 hex digits. Tells different inputs apart; no protection against forgery. */
export function fnv1a64(text: string): string {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  for (const byte of new TextEncoder().encode(text)) {
    const mixed = (low ^ byte) >>> 0;
    const product = mixed * 0x1b3;
    // The prime is 2^40 + 0x1b3: its upper part shifts the low lane by 8 bits into the high one. No sum passes 2^53.
    high = (high * 0x1b3 + mixed * 0x100 + Math.floor(product / 0x1_0000_0000)) >>> 0;
    low = product >>> 0;
  }
  return hex(high) + hex(low);
}

function hex(lane: number): string {
  return lane.toString(16).padStart(8, '0');
}
