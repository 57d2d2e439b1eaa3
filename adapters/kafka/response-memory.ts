/** Responses below this are not worth keeping memory for. */
const LEAST_BYTES = 256 * 1024;
/** Memory comes in multiples of this: fetches ask for the same, and are answered with about that. */
const STEP_BYTES = 256 * 1024;
/** Memory that waits to be used again, at most. */
const MOST_SPARE_BYTES = 48 * 1024 * 1024;

/**
 * Memory of responses, used again once their reader is done with them. Fresh memory for each costs the kernel a page at a time,
 * and makes the collector of garbage run over the whole heap every some ten responses: a tenth of the cost of landing.
 */
export class ResponseMemory {
  #spare: ArrayBuffer[] = [];
  #spareBytes = 0;

  /** Memory for a response of `size` bytes; what is in it is anything. */
  take(size: number): Buffer {
    if (size < LEAST_BYTES) return Buffer.allocUnsafeSlow(size);
    const index = this.#spare.findIndex(({ byteLength }) => byteLength >= size && byteLength <= 2 * size + STEP_BYTES);
    const [found] = index < 0 ? [] : this.#spare.splice(index, 1);
    if (found === undefined) return Buffer.from(Buffer.allocUnsafeSlow(roundedUp(size)).buffer, 0, size);
    this.#spareBytes -= found.byteLength;
    return Buffer.from(found, 0, size);
  }

  /** Takes back the memory that a response, or a part of one, lies in. Nobody may look at it any more. */
  giveBack({ buffer }: Buffer): void {
    const { byteLength } = buffer;
    const isOurs = buffer instanceof ArrayBuffer && byteLength >= LEAST_BYTES && byteLength % STEP_BYTES === 0;
    if (!isOurs || this.#spareBytes + byteLength > MOST_SPARE_BYTES || this.#spare.includes(buffer)) return;
    this.#spare.push(buffer);
    this.#spareBytes += byteLength;
  }

  /** Keeps nothing any more. */
  clear(): void {
    this.#spare = [];
    this.#spareBytes = 0;
  }
}

function roundedUp(size: number): number {
  return Math.ceil(size / STEP_BYTES) * STEP_BYTES;
}
