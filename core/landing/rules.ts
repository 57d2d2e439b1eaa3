import type { Commit, Frontier, Head } from './commit.ts';

/** The head of a log that has no commit yet. */
export const EMPTY_LOG: Head = { position: -1, hour: null, frontier: {} };

/** What a plan needs of the newest commit. */
export function headOf(newest: Commit | null): Head {
  if (newest === null) return EMPTY_LOG;
  return { position: newest.position, hour: newest.hour, frontier: newest.after };
}

/** The first rule: why `next` may not follow `head`, or null when it may. */
export function whyNotFollowing(head: Head, next: Commit): string | null {
  if (next.position !== head.position + 1) return `position ${String(next.position)} does not follow ${String(head.position)}`;
  if (!sameFrontier(head.frontier, next.before)) return 'its frontier before is not the frontier after the previous commit';
  if (head.hour !== null && next.hour < head.hour) return `its hour ${next.hour} lies before ${head.hour}`;
  const { consumed, redeemed, rows, deadLetters, lost, empty } = next.counts;
  if (consumed + redeemed !== rows + deadLetters + lost + empty) return 'its counts do not balance';
  return null;
}

/** The third rule: whether a commit found at our position is the one we were about to put. */
export function sameCommit(ours: Commit, theirs: Commit): boolean {
  return canonical(ours) === canonical(theirs);
}

/** True when every partition of `target` was read up to its offset. */
export function reached(frontier: Frontier, target: Frontier): boolean {
  return Object.entries(target).every(([partition, offset]) => (frontier[partition] ?? 0) >= offset);
}

function sameFrontier(a: Frontier, b: Frontier): boolean {
  return canonical(a) === canonical(b);
}

/** JSON with the keys of every object in order, so that equal values give equal text. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
