import { SoundFlowError } from '../core/errors.ts';
import { compaction } from '../core/landing/amend.ts';
import type { LandedFile } from '../core/landing/commit.ts';
import type { Prepare } from './amend-hour.ts';
import { hourRecord } from './hour-record.ts';
import { putRows } from './put-file.ts';
import { requireClosed } from './require-closed.ts';

/** Files are joined up to about this size: what a reader opens at little cost, and a worker holds in memory. */
const TARGET_BYTES = 128 * 1024 * 1024;

/** Joins the small files of a closed hour: the same rows in fewer files. */
export const compactHour: Prepare = async ({ commits, objects, files }, { topic, hour, head }, beat) => {
  requireClosed({ topic, hour, head });
  const record = await hourRecord(commits, { topic, hour, head });
  const groups = groupsOf(record.files).filter((group) => group.length > 1);
  if (groups.length === 0) return null;
  const made: LandedFile[] = [];
  for (const [index, group] of groups.entries()) {
    const contents = await Promise.all(group.map(({ path }) => contentOf(path)));
    const merged = await files.merge(contents);
    const rows = group.reduce((sum, file) => sum + file.rows, 0);
    if (merged.rows !== rows) throw damaged(`the files joined hold ${String(merged.rows)} rows, the log says ${String(rows)}`);
    made.push(await putRows(objects, { topic, hour, position: head.position + 1, part: `c${String(index)}` }, merged));
    beat.report({ hour, joined: index + 1, of: groups.length });
  }
  return compaction(hour, groups.flat(), made);

  async function contentOf(path: string): Promise<Uint8Array> {
    const content = await objects.get(`${topic}/${path}`);
    if (content === null) throw damaged(`${path} is not there`);
    return content;
  }

  function damaged(what: string): SoundFlowError {
    return new SoundFlowError(
      'DAMAGED',
      `${topic} ${hour}: ${what}. Run soundflow lake verify, and soundflow lake rebuild for this hour.`,
    );
  }
};

/** Neighbours in the log, as many as fit. */
function groupsOf(all: readonly LandedFile[]): readonly (readonly LandedFile[])[] {
  const groups: LandedFile[][] = [];
  let bytes = Infinity;
  for (const file of all) {
    if (bytes + file.bytes > TARGET_BYTES) {
      groups.push([]);
      bytes = 0;
    }
    groups.at(-1)?.push(file);
    bytes += file.bytes;
  }
  return groups;
}
