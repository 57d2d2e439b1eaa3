import { SoundFlowError } from '../core/errors.ts';
import type { Random } from './random.ts';

/** A value and how often it comes up, relative to the others. */
export type Weighted<T> = readonly [value: T, weight: number];

/** Draws values by their weights, each in constant time and with one random number (Walker's alias method). */
export class WeightedChoice<T> {
  readonly #values: readonly T[];
  readonly #keep: Float64Array;
  readonly #alias: readonly T[];

  /** @throws SoundFlowError BAD_REQUEST unless there is a positive weight. */
  constructor(weighted: readonly Weighted<T>[]) {
    const total = weighted.reduce((sum, [, weight]) => sum + weight, 0);
    if (!(total > 0))
      throw new SoundFlowError(
        'BAD_REQUEST',
        `weighted choice of ${String(weighted.length)} values: give at least one a positive weight`,
      );
    this.#values = weighted.map(([value]) => value);
    const scaled = Float64Array.from(weighted, ([, weight]) => (weight * weighted.length) / total);
    const alias = pairUp(scaled);
    this.#keep = scaled;
    this.#alias = weighted.map(([own], index) => this.#values[alias[index] ?? index] ?? own);
  }

  /** Draws one value. */
  draw(random: Random): T {
    const point = random.uniform() * this.#values.length;
    const slot = Math.floor(point);
    const drawn = point - slot < (this.#keep[slot] ?? 1) ? this.#values[slot] : this.#alias[slot];
    if (drawn === undefined) throw new SoundFlowError('BAD_REQUEST', `weighted choice: nothing in slot ${String(slot)}`);
    return drawn;
  }
}

/** Leaves in each slot the share that its own value keeps, and returns which slot has the rest. */
function pairUp(scaled: Float64Array): Uint32Array {
  const alias = Uint32Array.from(scaled, (_, index) => index);
  const small: number[] = [];
  const large: number[] = [];
  scaled.forEach((share, index) => (share < 1 ? small : large).push(index));
  for (
    let poor = small.pop(), rich = large.at(-1);
    poor !== undefined && rich !== undefined;
    poor = small.pop(), rich = large.at(-1)
  ) {
    alias[poor] = rich;
    const left = (scaled[rich] ?? 0) + (scaled[poor] ?? 0) - 1;
    scaled[rich] = left;
    if (left < 1) {
      large.pop();
      small.push(rich);
    }
  }
  for (const index of [...small, ...large]) scaled[index] = 1;
  return alias;
}
