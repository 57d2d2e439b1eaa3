import type { OffsetRange } from '../ports/event-log.ts';
import type { Loss, Standing } from './commit.ts';
import type { StoppedPartition } from './life.ts';

/** Ranges that an operator gives up, or what is wrong with the message in words. */
export type ParsedLoss =
  { readonly ok: true; readonly ranges: readonly OffsetRange[] } | { readonly ok: false; readonly why: string };

/** Answer to `acceptLoss`: committed at a position, or why not. */
export type LossAnswer =
  { readonly accepted: true; readonly position: number } | { readonly accepted: false; readonly why: string };

const EXAMPLE = '{"partition":0,"from":120,"to":480}, or a list of such ranges';
const MOST_RANGES = 2_000;

/** Reads the message of `acceptLoss`: one range or a list of them. */
export function parseLoss(message: unknown): ParsedLoss {
  const list: readonly unknown[] = Array.isArray(message) ? message : [message];
  if (list.length === 0 || list.length > MOST_RANGES) return refuse('there must be 1 to 2000 ranges', list.length);
  const ranges: OffsetRange[] = [];
  for (const item of list) {
    if (!isRange(item)) return refuse('a range has whole numbers "partition", "from" and "to", "to" above "from"', item);
    ranges.push({ partition: item.partition, from: item.from, to: item.to });
  }
  if (new Set(ranges.map(({ partition }) => partition)).size < ranges.length)
    return refuse('a partition is named twice', message);
  return { ok: true, ranges };
}

/**
 * What accepting `ranges` means for the partitions that are stopped now, or why it cannot be: each must be exactly the range
 * of a stopped partition, and a topic that was made anew is accepted as a whole.
 */
export function lossesOf(
  ranges: readonly OffsetRange[],
  stopped: readonly StoppedPartition[],
  { epochs }: Pick<Standing, 'epochs'>,
): { readonly losses: readonly Loss[] } | { readonly why: string } {
  const losses: Loss[] = [];
  for (const range of ranges) {
    const stop = stopped.find(({ partition }) => partition === range.partition);
    if (stop === undefined) return { why: `partition ${String(range.partition)} is not stopped; ${describeStopped(stopped)}` };
    if (stop.from !== range.from || stop.to !== range.to) {
      return {
        why: `${interval(range)} is not what partition ${String(range.partition)} is stopped at; ${describeStopped(stopped)}`,
      };
    }
    losses.push({ ...stop, epoch: epochs[String(stop.partition)] ?? 0 });
  }
  const anew = stopped.filter(({ reason }) => reason === 'recreated');
  const accepted = losses.filter(({ reason }) => reason === 'recreated');
  if (accepted.length > 0 && accepted.length < anew.length) {
    return { why: `the topic was made anew, which is accepted for all its partitions at once: ${describeStopped(anew)}` };
  }
  return { losses };
}

/** The partitions that are stopped, in words that say which range, why, and what to send to go on. */
export function describeStopped(stopped: readonly StoppedPartition[]): string {
  if (stopped.length === 0) return 'no partition is stopped';
  return stopped.map((stop) => `partition ${String(stop.partition)} ${REASONS[stop.reason](stop)}`).join('; ');
}

const REASONS: Readonly<Record<StoppedPartition['reason'], (stop: StoppedPartition) => string>> = {
  retention: (stop) => `lost ${interval(stop)}, ${count(stop)} offsets, to retention or a deletion before they were landed`,
  rewound: (stop) =>
    `holds another history from ${String(stop.from)} on: ${interval(stop)} was landed and was cut off in the broker`,
  recreated: (stop) => `belongs to a topic that was made anew: ${interval(stop)} was landed from the one before`,
};

function count({ from, to }: OffsetRange): string {
  return String(to - from);
}

function interval({ from, to }: OffsetRange): string {
  return `[${String(from)}, ${String(to)})`;
}

function refuse(rule: string, value: unknown): ParsedLoss {
  const shown = value === undefined ? 'nothing' : JSON.stringify(value);
  return { ok: false, why: `acceptLoss: ${rule}; got ${shown.slice(0, 120)}. Example: ${EXAMPLE}` };
}

function isRange(value: unknown): value is OffsetRange {
  if (typeof value !== 'object' || value === null) return false;
  const { partition, from, to } = { partition: null, from: null, to: null, ...value };
  return isOffset(partition) && isOffset(from) && isOffset(to) && to > from;
}

function isOffset(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
