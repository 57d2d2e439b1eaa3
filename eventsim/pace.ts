/** A moment at which both clocks are known, epoch milliseconds, and how fast simulated time goes from there. */
interface Anchor {
  readonly clock: number;
  readonly simulated: number;
  readonly speed: number;
}

/** Turns clock time into simulated time and back. */
export class Pace {
  readonly #anchor: Anchor;

  constructor(anchor: Anchor) {
    this.#anchor = anchor;
  }

  /** Simulated time when the clock shows `clock`. */
  simulatedAt(clock: number): number {
    return Math.floor(this.#anchor.simulated + (clock - this.#anchor.clock) * this.#anchor.speed);
  }

  /** What the clock shows when simulated time is `simulated`, not earlier. */
  clockAt(simulated: number): number {
    return Math.ceil(this.#anchor.clock + (simulated - this.#anchor.simulated) / this.#anchor.speed);
  }
}
