import type { Column } from '../columns.ts';
import type { Commit } from '../landing/commit.ts';

/** The numbered commits of each topic's table, kept with its files. */
export interface CommitLog {
  /**
   * Puts `commit` at its position unless that is taken. `columns` (null when the schema is still that of the commit before)
   * are written as the table's schema. The same arguments always give the same bytes.
   */
  append(topic: string, commit: Commit, columns: readonly Column[] | null): Promise<'written' | 'exists'>;
  /** The commit at a position, or null when there is none. @throws BAD_LOG when what is there cannot be read. */
  read(topic: string, position: number): Promise<Commit | null>;
  /** The newest commit at or after `from` (probing upward from there), or null when there is none at `from`. */
  newest(topic: string, from: number): Promise<Commit | null>;
  /** Commits of `[from, to]`, ascending. @throws BAD_LOG when one is missing. */
  range(topic: string, from: number, to: number): AsyncIterable<Commit>;
  /** Sums all commits up to `position` up in one file for readers that open the table, unless there is one already. */
  checkpoint(topic: string, position: number): Promise<void>;
}
