import { isAmendment, type Commit, type Frontier, type Head, type Standing } from './commit.ts';

/** What a log without a commit knows. */
export const NO_STANDING: Standing = { epochs: {}, marks: {}, topicId: null, amendment: -1, recordBytes: 0, schema: '' };

/** The head of a log that has no commit yet. */
export const EMPTY_LOG: Head = { position: -1, hour: null, frontier: {}, standing: NO_STANDING };

/** What a plan needs of the newest commit. */
export function headOf(newest: Commit | null): Head {
  if (newest === null) return EMPTY_LOG;
  return { position: newest.position, hour: newest.hour, frontier: newest.after, standing: newest.standing };
}

/** The first rule: why `next` may not follow `head`, or null when it may. */
export function whyNotFollowing(head: Head, next: Commit): string | null {
  if (next.position !== head.position + 1) return `position ${String(next.position)} does not follow ${String(head.position)}`;
  if (canonical(head.frontier) !== canonical(next.before))
    return 'its frontier before is not the frontier after the previous commit';
  if (head.hour !== null && next.hour < head.hour) return `its hour ${next.hour} lies before ${head.hour}`;
  const { consumed, redeemed, rows, deadLetters, lost, empty } = next.counts;
  if (consumed + redeemed !== rows + deadLetters + lost + empty) return 'its counts do not balance';
  const { amendment } = head.standing;
  if (next.amended !== amendment) return `it names amendment ${String(next.amended)}, the log's newest is ${String(amendment)}`;
  if (next.standing.amendment !== (isAmendment(next.kind) ? next.position : amendment)) return 'it does not name itself right';
  if (next.rewrites !== null && next.rewrites >= next.hour) return `it rewrites hour ${next.rewrites}, which is not closed`;
  return whyMovingBack(head, next);
}

/** Offsets of a partition are landed once in each of its epochs, so that only a new epoch may go back. */
function whyMovingBack(head: Head, { after, standing }: Commit): string | null {
  for (const [partition, from] of Object.entries(head.frontier)) {
    const to = after[partition];
    const epoch = head.standing.epochs[partition] ?? 0;
    const opened = (standing.epochs[partition] ?? 0) - epoch;
    if (to === undefined) return `it forgets partition ${partition}`;
    if (opened < 0) return `it takes partition ${partition} back to an earlier epoch than ${String(epoch)}`;
    if (to < from && opened === 0) return `it takes partition ${partition} back from ${String(from)} to ${String(to)}`;
  }
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

/** JSON with the keys of every object in order, so that equal values give equal text. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
