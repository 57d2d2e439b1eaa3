/** Reads the numbers that records are laid out by. Past its end it reads zeros: who reads checks where it came to. */
export class RecordCursor {
  at: number;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.at = at;
  }

  /** A zigzag varint of up to 64 bits, exact up to 53. */
  varint(): number {
    const bytes = this.#bytes;
    let byte = bytes[this.at++] ?? 0;
    let value = byte & 127;
    for (let shift = 7; byte >= 128; shift += 7) {
      if (shift === 28) return this.#long(value);
      byte = bytes[this.at++] ?? 0;
      value |= (byte & 127) << shift;
    }
    return (value >>> 1) ^ -(value & 1);
  }

  /** Goes on where 28 bits were not enough. */
  #long(low: number): number {
    let value = low;
    for (let weight = 2 ** 28; ; weight *= 128) {
      const byte = this.#bytes[this.at++] ?? 0;
      value += (byte & 127) * weight;
      if (byte < 128) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    }
  }
}
