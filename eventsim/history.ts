import { setImmediate } from 'node:timers/promises';
import { listenersFor } from './audience.ts';
import { TOPICS } from './events.ts';
import { Feed } from './feed.ts';
import { layoutOf, markOf } from './mark.ts';
import type { HistoryOptions } from './options.ts';
import type { EventsimPorts } from './ports.ts';
import { Tally } from './tally.ts';
import type { Counts } from './tally.ts';

const BATCH = 2000;
const EVENTS_PER_LINE = 50_000;

/** Sends a past range as fast as the sink takes it. What an interrupted run of the same options left in the sink is not sent again. */
export async function runHistory(options: Required<HistoryOptions>, { sink, log, signal }: EventsimPorts): Promise<Counts> {
  const { seed, from, to, count, growthRate, attritionRate } = options;
  const listeners = listenersFor({ seed, start: from, end: to, attritionRate, events: count });
  const simulation = { seed, listeners, start: from, end: to, growthRate, attritionRate, firstSession: 1 };
  const mark = markOf(simulation, layoutOf(sink));
  const positions = await sink.positions(TOPICS);
  const feed = new Feed(sink, { simulation, mark, positions, since: from, count });
  const tally = new Tally(sink, mark);
  log(
    `eventsim: ${String(count)} events of ${String(listeners)} listeners, seed ${String(seed)}, from ${textOf(from)} to ${textOf(to)}`,
  );
  let nextLine = EVENTS_PER_LINE;
  while (!signal.aborted && feed.nextAt < Infinity) {
    await tally.send(feed.take(Infinity, BATCH));
    await setImmediate();
    if (tally.total < nextLine) continue;
    log(`eventsim: ${String(tally.total)} of ${String(count)} events sent`);
    nextLine += EVENTS_PER_LINE;
  }
  log(`eventsim: ${signal.aborted ? 'stopped after' : 'done,'} ${String(tally.total)} events sent`);
  return tally.counts;
}

function textOf(ms: number): string {
  return new Date(ms).toISOString();
}
