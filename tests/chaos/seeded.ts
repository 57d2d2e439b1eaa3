/** Numbers that follow from a seed alone. */
export interface Seeded {
  /** A whole number of `[low, high]`. */
  int(low: number, high: number): number;
  chance(share: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** `length` characters that do not compress. */
  text(length: number): string;
}

/** The generator of `seed` (mulberry32): the same seed gives the same run of numbers on every machine. */
export function seeded(seed: number): Seeded {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  return {
    int,
    chance: (share) => next() < share,
    pick: (items) => {
      const item = items[int(0, items.length - 1)];
      if (item === undefined) throw new Error('nothing to pick from');
      return item;
    },
    text: (length) => Array.from({ length: Math.ceil(length / 6) }, () => next().toString(36).slice(2, 8)).join(''),
  };
}
