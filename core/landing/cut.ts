import type { EpochRange } from './commit.ts';

/** Bounds of one plan; together they keep its JSON under 512 KiB and a worker's memory flat. Sizes in bytes of records as sent. */
export interface LandingCaps {
  readonly segmentEvents: number;
  readonly segmentBytes: number;
  readonly batchEvents: number;
  readonly batchBytes: number;
  readonly batchSegments: number;
}

/** A bounded list of offset ranges that one activity lands. */
export interface Segment {
  readonly id: number;
  readonly ranges: readonly EpochRange[];
}

/** Segments of one batch, and whether the caps left something for the next. */
export interface Cut {
  readonly segments: readonly Segment[];
  readonly more: boolean;
}

/**
 * Cuts ranges into segments within the caps; how many bytes an event has is known from the batch before (0: not known).
 * What does not fit into the batch is left evenly: every partition gets its share, so that none waits for another's backlog.
 */
export function cut(fresh: readonly EpochRange[], recordBytes: number, caps: LandingCaps): Cut {
  const segmentEvents = eventsWithin(caps.segmentEvents, caps.segmentBytes, recordBytes);
  const batchEvents = Math.min(eventsWithin(caps.batchEvents, caps.batchBytes, recordBytes), segmentEvents * caps.batchSegments);
  const total = fresh.reduce((sum, range) => sum + range.to - range.from, 0);
  const taken = total <= batchEvents ? fresh : shares(fresh, batchEvents / total);
  const segments: Segment[] = [];
  let open: EpochRange[] = [];
  let room = segmentEvents;
  const close = () => {
    if (open.length > 0) segments.push({ id: segments.length, ranges: open });
    open = [];
    room = segmentEvents;
  };
  for (const range of taken) {
    for (let from = range.from; from < range.to;) {
      if (segments.length === caps.batchSegments) return { segments, more: true };
      const to = Math.min(range.to, from + room);
      open.push({ ...range, from, to });
      room -= to - from;
      from = to;
      if (room === 0) close();
    }
  }
  close();
  return { segments, more: total > batchEvents };
}

function eventsWithin(events: number, bytes: number, recordBytes: number): number {
  return recordBytes <= 0 ? events : Math.max(1, Math.min(events, Math.floor(bytes / recordBytes)));
}

/** The same part of each range, at least one event of one of them. */
function shares(ranges: readonly EpochRange[], part: number): readonly EpochRange[] {
  const cutShort = ranges.map((range) => ({ ...range, to: range.from + Math.floor((range.to - range.from) * part) }));
  const some = cutShort.filter(({ from, to }) => to > from);
  return some.length > 0 ? some : ranges.slice(0, 1).map((range) => ({ ...range, to: range.from + 1 }));
}
