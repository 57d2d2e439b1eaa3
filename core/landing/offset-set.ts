import type { EpochRange } from './commit.ts';

/** Offsets by epoch and partition, as ascending ranges that neither touch nor overlap. */
export interface OffsetSet {
  readonly ranges: readonly EpochRange[];
  has(epoch: number, partition: number, offset: number): boolean;
}

/** The set of all offsets in `ranges`, whatever their order and overlap. */
export function offsetSet(ranges: readonly EpochRange[]): OffsetSet {
  const joined = joinRanges(ranges);
  const byPartition = new Map<string, EpochRange[]>();
  for (const range of joined) {
    const key = keyOf(range);
    byPartition.set(key, [...(byPartition.get(key) ?? []), range]);
  }
  return {
    ranges: joined,
    has: (epoch, partition, offset) => {
      const mine = byPartition.get(keyOf({ epoch, partition })) ?? [];
      return isWithin(mine, offset);
    },
  };
}

/** Ranges of single offsets or longer ones, joined where they meet; ascending by epoch, partition and offset. */
export function joinRanges(ranges: readonly EpochRange[]): readonly EpochRange[] {
  const sorted = [...ranges].sort((a, b) => a.epoch - b.epoch || a.partition - b.partition || a.from - b.from);
  const joined: EpochRange[] = [];
  for (const range of sorted) {
    const last = joined.at(-1);
    if (last !== undefined && keyOf(last) === keyOf(range) && range.from <= last.to) {
      joined[joined.length - 1] = { ...last, to: Math.max(last.to, range.to) };
    } else if (range.to > range.from) {
      joined.push(range);
    }
  }
  return joined;
}

function isWithin(ranges: readonly EpochRange[], offset: number): boolean {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const range = ranges[middle];
    if (range === undefined || offset < range.from) high = middle;
    else if (offset >= range.to) low = middle + 1;
    else return true;
  }
  return false;
}

function keyOf({ epoch, partition }: Pick<EpochRange, 'epoch' | 'partition'>): string {
  return `${String(epoch)}/${String(partition)}`;
}
