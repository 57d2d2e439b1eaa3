import { setImmediate } from 'node:timers/promises';
import { listenersAtRate } from './audience.ts';
import { TOPICS } from './events.ts';
import { Feed } from './feed.ts';
import { layoutOf, markOf } from './mark.ts';
import type { LiveOptions } from './options.ts';
import { Pace } from './pace.ts';
import { waitByTimer } from './ports.ts';
import type { EventsimPorts } from './ports.ts';
import { resume } from './resume.ts';
import { Tally } from './tally.ts';
import type { Counts } from './tally.ts';

const BATCH = 2000;
const TICK_MS = 200;
const LINE_MS = 10_000;
/** Timers take no longer waits than about 24 days. */
const LONGEST_WAIT_MS = 3_600_000;

/** Sends events when their time comes, going on after what an earlier life sent; returns when the signal comes. */
export async function runLive(options: Required<LiveOptions>, ports: EventsimPorts): Promise<Counts> {
  const { sink, log, signal, now, wait = waitByTimer } = ports;
  const { seed, rate, speed, growthRate, attritionRate, catchUpMs } = options;
  const wanted = { seed, listeners: listenersAtRate(rate), growthRate, attritionRate };
  const layout = layoutOf(sink);
  const positions = await sink.positions(TOPICS);
  const { simulation, at, since, decision } = resume({ wanted, layout, positions, now: now(), catchUpMs });
  log(
    `eventsim: ${decision}; ${String(simulation.listeners)} listeners, about ${String(rate)} events a second, ${String(speed)} times real pace`,
  );
  const pace = new Pace({ clock: now(), simulated: at, speed });
  const mark = markOf(simulation, layout);
  const feed = new Feed(sink, { simulation, mark, positions, since, count: Infinity });
  const tally = new Tally(sink, mark);
  let nextLine = now();
  while (!signal.aborted && feed.nextAt < Infinity) {
    const due = pace.simulatedAt(now());
    await tally.send(feed.take(due, BATCH));
    if (now() >= nextLine && tally.total > 0) {
      log(progressOf(feed, tally, due));
      nextLine = now() + LINE_MS;
    }
    if (feed.nextAt <= due) await setImmediate();
    else await wait(Math.min(LONGEST_WAIT_MS, Math.max(TICK_MS, pace.clockAt(feed.nextAt) - now())), signal);
  }
  log(`eventsim: stopped after ${String(tally.total)} events`);
  return tally.counts;
}

function progressOf(feed: Feed, tally: Tally, due: number): string {
  const { events, from, to } = feed.passedOver;
  const line = `eventsim: ${String(tally.total)} events sent, up to ${textOf(Math.min(due, feed.nextAt))}`;
  return events === 0 ? line : `${line}; passed over ${String(events)} older ones of ${textOf(from)} to ${textOf(to)}`;
}

function textOf(ms: number): string {
  return new Date(ms).toISOString();
}
