import type { LandedHour } from '../ports/catalog.ts';
import type { Commit } from './commit.ts';

/** Adds commits, ascending, to what is known of each landing hour; returns the hours that changed, ascending. */
export function foldCommits(topic: string, known: readonly LandedHour[], commits: readonly Commit[]): readonly LandedHour[] {
  const hours = new Map<string, LandedHour>(known.map((hour) => [hour.hour, hour]));
  const changed = new Set<string>();
  for (const commit of commits) {
    const before = hours.get(commit.hour) ?? emptyHour(topic, commit);
    if (before.position >= commit.position && hours.has(commit.hour)) continue;
    hours.set(commit.hour, addCommit(before, commit));
    changed.add(commit.hour);
  }
  return [...hours.values()].filter((hour) => changed.has(hour.hour)).sort((a, b) => (a.hour < b.hour ? -1 : 1));
}

function emptyHour(topic: string, commit: Commit): LandedHour {
  const none = { consumed: 0, redeemed: 0, rows: 0, deadLetters: 0, lost: 0, empty: 0, bytes: 0 };
  return { topic, hour: commit.hour, position: commit.position, ...none };
}

function addCommit(hour: LandedHour, commit: Commit): LandedHour {
  const { counts } = commit;
  return {
    ...hour,
    position: commit.position,
    consumed: hour.consumed + counts.consumed,
    redeemed: hour.redeemed + counts.redeemed,
    rows: hour.rows + counts.rows,
    deadLetters: hour.deadLetters + counts.deadLetters,
    lost: hour.lost + counts.lost,
    empty: hour.empty + counts.empty,
    bytes: hour.bytes + commit.files.reduce((total, file) => total + file.bytes, 0),
  };
}
