const UINT32 = 4_294_967_296;

/**
 * A small seeded generator (sfc32). Streams of different numbers are independent of each other, so what one listener
 * does never shifts what another draws.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number, stream: number) {
    this.#a = scramble(seed >>> 0);
    this.#b = scramble(Math.floor(seed / UINT32) ^ 0x9e3779b9) ^ scramble(Math.floor(stream / UINT32));
    this.#c = scramble(stream ^ 0x85ebca6b);
    for (let round = 0; round < 12; round += 1) this.uniform();
  }

  /** Uniform in `[0, 1)`. */
  uniform(): number {
    const drawn = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + drawn) | 0;
    return (drawn >>> 0) / UINT32;
  }

  /** A whole number in `[0, below)`. */
  below(below: number): number {
    return Math.floor(this.uniform() * below);
  }

  /** Exponential with the given mean. */
  exponential(mean: number): number {
    return -mean * Math.log(1 - this.uniform());
  }

  /** Standard normal. */
  normal(): number {
    return Math.sqrt(this.exponential(2)) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Log-normal with a mean of exactly 1. */
  lognormal(): number {
    return Math.exp(this.normal() - 0.5);
  }
}

function scramble(value: number): number {
  let hash = (value + 0x9e3779b9) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad);
  hash = Math.imul(hash ^ (hash >>> 15), 0x735a2d97);
  return hash ^ (hash >>> 15);
}
