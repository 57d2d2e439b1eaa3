import { mkdir, open, readFile, rename, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf, SoundFlowError } from '../../core/errors.ts';
import type { EventSink, SimulatedEvent } from '../../core/ports/event-sink.ts';
import { codeOf } from './system-error.ts';

/** How many bytes of a topic's file are acknowledged, and the last event in them. */
const Acknowledged = z.object({
  bytes: z.int().min(0),
  newest: z.object({ timestamp: z.int(), sequence: z.int(), simulation: z.string() }).nullable(),
});
type Acknowledged = z.infer<typeof Acknowledged>;

interface OpenTopic {
  readonly handle: FileHandle;
  acknowledged: Acknowledged;
}

/**
 * Events as `<folder>/<topic>.ndjson`, one a line, in one partition. `<topic>.position.json` beside it says how far they
 * are acknowledged; what a killed life left behind that is cut off when the next one writes.
 */
export function createFileEventSink(folder: string): EventSink {
  const opened = new Map<string, Promise<OpenTopic>>();

  /** A file that could not be opened is tried again by the next call. */
  function topicOf(topic: string): Promise<OpenTopic> {
    const known = opened.get(topic);
    if (known !== undefined) return known;
    const file = openTopic(folder, topic);
    opened.set(topic, file);
    file.catch(() => opened.delete(topic));
    return file;
  }

  return {
    async send(events, simulation) {
      const topics = [...new Set(events.map((event) => event.topic))];
      const byTopic = topics.map((topic) => ({ topic, ofTopic: events.filter((event) => event.topic === topic) }));
      for (const { topic, ofTopic } of byTopic) {
        await naming(join(folder, topic), async () =>
          append(folder, await topicOf(topic), { topic, events: ofTopic, simulation }),
        );
      }
      return Object.fromEntries(byTopic.map(({ topic, ofTopic }) => [topic, ofTopic.length]));
    },
    async positions(topics) {
      const found = await Promise.all(
        topics.map(async (topic) => ({ topic, newest: (await readAcknowledged(folder, topic))?.newest ?? null })),
      );
      return found.flatMap(({ topic, newest }) => (newest === null ? [] : [{ topic, partition: 0, ...newest }]));
    },
    partitionOf: () => 0,
    async close() {
      const files = await Promise.all(opened.values());
      opened.clear();
      await Promise.all(files.map(({ handle }) => handle.close()));
    },
  };
}

async function openTopic(folder: string, topic: string): Promise<OpenTopic> {
  await mkdir(folder, { recursive: true });
  const handle = await open(join(folder, `${topic}.ndjson`), 'a');
  const { size } = await handle.stat();
  let acknowledged = await readAcknowledged(folder, topic);
  if (acknowledged === null || acknowledged.bytes > size) {
    if (size > 0 || acknowledged !== null) {
      await handle.close();
      const message = `${topic}.ndjson in ${folder}: does not go with ${topic}.position.json. Move both away, or name another folder.`;
      throw new SoundFlowError('BAD_REQUEST', message);
    }
    acknowledged = { bytes: 0, newest: null };
    await writeAcknowledged(folder, topic, acknowledged);
  }
  await handle.truncate(acknowledged.bytes);
  return { handle, acknowledged };
}

interface Appended {
  readonly topic: string;
  readonly events: readonly SimulatedEvent[];
  readonly simulation: string;
}

async function append(folder: string, file: OpenTopic, { topic, events, simulation }: Appended): Promise<void> {
  const last = events.at(-1);
  if (last === undefined) return;
  const lines = Buffer.from(events.map((event) => `${event.value}\n`).join(''));
  await file.handle.appendFile(lines);
  await file.handle.datasync();
  const newest = { timestamp: last.timestamp, sequence: last.sequence, simulation };
  file.acknowledged = { bytes: file.acknowledged.bytes + lines.length, newest };
  await writeAcknowledged(folder, topic, file.acknowledged);
}

async function readAcknowledged(folder: string, topic: string): Promise<Acknowledged | null> {
  const file = join(folder, `${topic}.position.json`);
  try {
    return Acknowledged.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return null;
    const message = `${file}: cannot be read: ${messageOf(cause)}. Move it away with its .ndjson, or name another folder.`;
    throw new SoundFlowError('BAD_REQUEST', message, { cause });
  }
}

async function writeAcknowledged(folder: string, topic: string, acknowledged: Acknowledged): Promise<void> {
  const file = join(folder, `${topic}.position.json`);
  await writeFile(`${file}.tmp`, JSON.stringify(acknowledged), { flush: true });
  await rename(`${file}.tmp`, file);
}

async function naming(place: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    if (cause instanceof SoundFlowError) throw cause;
    const message = `${place}.ndjson: cannot be written: ${messageOf(cause)}. Check the folder, its permissions and the free space.`;
    throw new SoundFlowError('UNAVAILABLE', message, { cause });
  }
}
