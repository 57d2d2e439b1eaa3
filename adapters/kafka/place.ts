import { SoundFlowError } from '../../core/errors.ts';
import type { OffsetRange, PartitionOffsets } from '../../core/ports/event-log.ts';

/** A range of a topic that is read. */
export interface Place {
  readonly topic: string;
  readonly range: OffsetRange;
}

/** A range as messages name it. */
export function placeOf({ topic, range }: Place): string {
  return `topic ${topic}, partition ${String(range.partition)}, range [${String(range.from)}, ${String(range.to)})`;
}

/** DATA_LOSS of what a range has from `position` on, by what the partition holds now. */
export function lossOf(place: Place, position: number, { start, end }: PartitionOffsets): SoundFlowError {
  const why =
    start > position
      ? `the log begins at ${String(start)}, so ${String(Math.min(start, place.range.to) - position)} offsets from ${String(position)} on are gone. Retention or a deletion took them`
      : `the log ends at ${String(end)}, before offset ${String(position)}. The topic was truncated or made anew`;
  return new SoundFlowError('DATA_LOSS', `${placeOf(place)}: ${why}; decide what to do with the range before landing goes on.`);
}

/** UNAVAILABLE for a range whose end is not stable yet. */
export function unstable(place: Place, lastStableOffset: number): SoundFlowError {
  const message = `${placeOf(place)}: the broker gives only what is before offset ${String(lastStableOffset)}. Wait for its open transactions and replicas, or check whether the topic was made anew.`;
  return new SoundFlowError('UNAVAILABLE', message);
}
