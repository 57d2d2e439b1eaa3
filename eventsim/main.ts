import { createKafkaEventSink } from '../adapters/kafka/event-sink.ts';
import { ensureTopics } from '../adapters/kafka/topics.ts';
import authEvents from '../assets/topics/auth_events.ts';
import listenEvents from '../assets/topics/listen_events.ts';
import pageViewEvents from '../assets/topics/page_view_events.ts';
import statusChangeEvents from '../assets/topics/status_change_events.ts';
import { touchFile } from '../adapters/files/touch-file.ts';
import { lastWordsOf } from '../core/errors.ts';
import type { EventSink } from '../core/ports/event-sink.ts';
import { readConfig, type Config } from '../temporal.config.ts';
import type { EventsimOptions } from './options.ts';
import { runEventsim } from './run.ts';

const TOPICS = [listenEvents, pageViewEvents, authEvents, statusChangeEvents];

/** The generator as a process; its last line counts, as JSON by topic, what the broker acknowledged. */
async function main(config: Config): Promise<void> {
  const { brokers, security, partitions, retentionMs } = config.kafka;
  await ensureTopics({ brokers, security, topics: TOPICS.map(({ key }) => ({ name: key, partitions })), retentionMs });
  const sink = await createKafkaEventSink({ brokers, security, clientId: 'eventsim', topics: TOPICS.map(({ key }) => key) });
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      stopping.abort();
    });
  }
  const log = (line: string) => {
    process.stdout.write(`${line}\n`);
  };
  const counts = await runEventsim(optionsOf(config), {
    sink: reporting(sink, config.healthFile),
    log,
    signal: stopping.signal,
    now: () => Date.now(),
  });
  await sink.close();
  log(JSON.stringify(counts));
}

/** Touches the health file whenever the sink has acknowledged what it was sent. */
function reporting(sink: EventSink, file: string | null): EventSink {
  if (file === null) return sink;
  return {
    ...sink,
    async send(events, simulation) {
      const counts = await sink.send(events, simulation);
      await touchFile(file);
      return counts;
    },
  };
}

function optionsOf({ eventsim }: Config): EventsimOptions {
  const { seed, count, from, to, rate, speed, catchUpMs } = eventsim;
  return eventsim.mode === 'history'
    ? { mode: 'history', seed, count, from, to }
    : { mode: 'live', seed, rate, speed, catchUpMs };
}

try {
  await main(readConfig(process.env));
} catch (failure) {
  process.stderr.write(`eventsim: ${lastWordsOf(failure)}\n`);
  process.exit(1);
}
