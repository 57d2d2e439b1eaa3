import type { PartitionOffsets, TopicIdentity } from '../ports/event-log.ts';
import type { EpochRange, Head, LossReason } from './commit.ts';

/**
 * A partition that cannot go on by itself, and the offsets in question: never landed and gone (retention), or landed and
 * now given to other records (rewound, recreated). Only accepting exactly this range goes on.
 */
export interface StoppedPartition {
  readonly partition: number;
  readonly from: number;
  readonly to: number;
  readonly reason: LossReason;
}

/** What the broker holds beyond the head of the log, and what stands in the way. */
export interface Findings {
  readonly fresh: readonly EpochRange[];
  readonly stopped: readonly StoppedPartition[];
  /** Partitions whose history is not the one that was landed; `from` of their stop is still to be found. */
  readonly rewound: readonly number[];
}

/** Offsets at which the broker has to show the checksum that was landed: one for each partition that has anything new. */
export function doubtfulOffsets(head: Head, offsets: readonly PartitionOffsets[]): Readonly<Record<string, number>> {
  const points = offsets.flatMap(({ partition, start, end }) => {
    const key = String(partition);
    const mark = head.standing.marks[key];
    const isNew = end !== (head.frontier[key] ?? 0);
    return mark !== undefined && isNew && mark.offset >= start && mark.offset < end ? [[key, mark.offset] as const] : [];
  });
  return Object.fromEntries(points);
}

/** Holds what the broker says against the head of the log. */
export function compareWithBroker(head: Head, offsets: readonly PartitionOffsets[], identity: TopicIdentity): Findings {
  const { topicId, epochs } = head.standing;
  if (topicId !== null && identity.id !== null && topicId !== identity.id) return madeAnew(head, offsets);
  const fresh: EpochRange[] = [];
  const stopped: StoppedPartition[] = [];
  const rewound: number[] = [];
  for (const { partition, start, end } of offsets) {
    const key = String(partition);
    const from = head.frontier[key] ?? 0;
    if (end < from || isOtherHistory(head, key, identity)) rewound.push(partition);
    else if (start > from) stopped.push({ partition, from, to: start, reason: 'retention' });
    else if (end > from) fresh.push({ partition, from, to: end, epoch: epochs[key] ?? 0 });
  }
  return { fresh, stopped, rewound };
}

function isOtherHistory(head: Head, partition: string, { checksums }: TopicIdentity): boolean {
  const found = checksums[partition];
  return found !== undefined && found !== null && found !== head.standing.marks[partition]?.crc;
}

/** Every partition that was landed from begins again, also one that is no longer there. */
function madeAnew({ frontier }: Head, offsets: readonly PartitionOffsets[]): Findings {
  const starts = new Map(offsets.map(({ partition, start }) => [partition, start]));
  const stopped = Object.entries(frontier)
    .map(([key, to]) => ({ partition: Number(key), from: Math.min(starts.get(Number(key)) ?? 0, to), to }))
    .filter(({ to }) => to > 0)
    .map((range) => ({ ...range, reason: 'recreated' as const }));
  const untouched = offsets.filter(({ partition }) => (frontier[String(partition)] ?? 0) === 0);
  const fresh = untouched
    .filter(({ start, end }) => start === 0 && end > 0)
    .map(({ partition, end }) => ({ partition, from: 0, to: end, epoch: 0 }));
  return { fresh: stopped.length > 0 ? [] : fresh, stopped, rewound: [] };
}

/** Whether partitions that were just read are still those of `head`; what was read of another history must not be committed. */
export function isSameLife(partitions: readonly number[], { stopped, rewound }: Pick<Findings, 'stopped' | 'rewound'>): boolean {
  const other = new Set([...rewound, ...stopped.filter(({ reason }) => reason !== 'retention').map((it) => it.partition)]);
  return !partitions.some((partition) => other.has(partition));
}
