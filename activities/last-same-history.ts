import type { PartitionOffsets } from '../core/ports/event-log.ts';
import type { LandingDeps } from './deps.ts';
import { amendments, commitAt } from './hour-files.ts';

/** A partition that holds another history than the one that was landed, and the head of the log. */
export interface Rewound {
  readonly topic: string;
  readonly held: PartitionOffsets;
  readonly position: number;
}

/**
 * The highest offset up to which the broker still holds what was landed, as far as the log can tell: the frontier of the
 * newest commit whose last record has its checksum there, else the first offset that the broker holds.
 */
export async function lastSameHistory(deps: LandingDeps, { topic, held, position }: Rewound): Promise<number> {
  const opened = await openedAt(deps, { topic, held, position });
  let low = opened;
  let high = position;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (await isSame(deps, { topic, held, position: middle })) low = middle;
    else high = middle - 1;
  }
  if (low === opened) return held.start;
  const { after } = await commitAt(deps.commits, topic, low);
  return Math.max(held.start, after[String(held.partition)] ?? 0);
}

/** Position of the loss that opened the partition's present epoch, -1 when it has had none: what was landed before is another history. */
async function openedAt({ commits }: LandingDeps, { topic, held, position }: Rewound): Promise<number> {
  for await (const commit of amendments(commits, topic, position)) {
    if (commit.losses.some(({ partition }) => partition === held.partition)) return commit.position;
  }
  return -1;
}

async function isSame({ commits, eventLog }: LandingDeps, { topic, held, position }: Rewound): Promise<boolean> {
  const key = String(held.partition);
  const { after, standing } = await commitAt(commits, topic, position);
  const mark = standing.marks[key];
  if (mark === undefined) return (after[key] ?? 0) <= held.start;
  if ((after[key] ?? 0) > held.end || mark.offset >= held.end) return false;
  if (mark.offset < held.start) return true;
  const { checksums } = await eventLog.identify(topic, { [key]: mark.offset });
  return checksums[key] === mark.crc;
}
