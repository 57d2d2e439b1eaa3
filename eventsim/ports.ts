import { setTimeout } from 'node:timers/promises';
import type { EventSink } from '../core/ports/event-sink.ts';

/** What the generator is given from outside. */
export interface EventsimPorts {
  readonly sink: EventSink;
  /** Takes one line of progress, without a line end. */
  readonly log: (line: string) => void;
  /** Ends the generator after the batch in flight. */
  readonly signal: AbortSignal;
  /** The clock, epoch milliseconds. */
  readonly now: () => number;
  /** Waits so many milliseconds or until the signal; a real timer by default. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Waits by a timer; resolves early when the signal comes. */
export async function waitByTimer(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await setTimeout(ms, undefined, { signal });
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
  }
}
