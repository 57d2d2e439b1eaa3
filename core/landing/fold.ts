import type { LandedHour } from '../ports/catalog.ts';
import type { Commit } from './commit.ts';

const NOTHING = { consumed: 0, redeemed: 0, rows: 0, deadLetters: 0, lost: 0, empty: 0, bytes: 0 };

/**
 * Adds commits, ascending, to what is known of each landing hour; returns the hours whose rows changed, ascending. Joining
 * files changes no row.
 */
export function foldCommits(topic: string, known: readonly LandedHour[], commits: readonly Commit[]): readonly LandedHour[] {
  const hours = new Map<string, LandedHour>(known.map((hour) => [hour.hour, hour]));
  const changed = new Set<string>();
  for (const commit of commits) {
    if (commit.kind === 'compact') continue;
    const hour = commit.rewrites ?? commit.hour;
    const before = hours.get(hour);
    if (before !== undefined && before.position >= commit.position) continue;
    hours.set(hour, withCommit(before ?? { topic, hour, position: -1, ...NOTHING }, commit));
    changed.add(hour);
  }
  return [...hours.values()].filter((hour) => changed.has(hour.hour)).sort((a, b) => (a.hour < b.hour ? -1 : 1));
}

function withCommit(hour: LandedHour, { kind, counts, position, files }: Commit): LandedHour {
  const bytes = files.reduce((total, file) => total + file.bytes, 0);
  if (kind === 'replace') return { ...hour, ...counts, position, bytes };
  return {
    ...hour,
    position,
    consumed: hour.consumed + counts.consumed,
    redeemed: hour.redeemed + counts.redeemed,
    rows: hour.rows + counts.rows,
    deadLetters: hour.deadLetters + counts.deadLetters,
    lost: hour.lost + counts.lost,
    empty: hour.empty + counts.empty,
    bytes: hour.bytes + bytes,
  };
}
