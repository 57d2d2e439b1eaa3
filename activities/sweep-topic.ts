import { tableOf } from '../core/landing/table.ts';
import type { LandingDeps } from './deps.ts';
import { headOfLog } from './hour-record.ts';

/** What a sweep found: objects in the table's folder, those removed, and those that may still be named soon. */
export interface Swept {
  readonly objects: number;
  readonly removed: readonly string[];
  readonly bytes: number;
  readonly young: number;
}

/** A segment that is being landed, and a commit that waits for it, are long done within a week. */
const OLD_MS = 7 * 24 * 3_600_000;

/** Removes the objects of a topic's table that no commit has ever named and that are older than seven days; the log itself stays. */
export async function sweepTopic(
  { commits, objects, now }: Pick<LandingDeps, 'commits' | 'objects' | 'now'>,
  topic: string,
  { dryRun }: { readonly dryRun: boolean },
): Promise<Swept> {
  const head = await headOfLog(commits, topic);
  const { named } = await tableOf(commits.range(topic, 0, head.position));
  const removed: string[] = [];
  let [count, bytes, young] = [0, 0, 0];
  for await (const object of objects.list(`${topic}/`)) {
    const path = object.path.slice(topic.length + 1);
    count += 1;
    if (path.startsWith('_delta_log/') || named.has(path)) continue;
    if (now() - object.at < OLD_MS) {
      young += 1;
      continue;
    }
    if (!dryRun) await objects.remove(object.path);
    removed.push(path);
    bytes += object.bytes;
  }
  return { objects: count, removed, bytes, young };
}
