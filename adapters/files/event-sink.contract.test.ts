import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SoundFlowError } from '../../core/errors.ts';
import type { EventSink } from '../../core/ports/event-sink.ts';
import { describeEventSink, someEvents, type EventSinkUnderTest } from '../contract/event-sink.ts';
import { createFileEventSink } from './event-sink.ts';

const TOPICS = ['plays', 'logins'] as const;
const folders: string[] = [];
const sinks: EventSink[] = [];

afterAll(async () => {
  for (const sink of sinks) await sink.close();
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'soundflow-sink-'));
  folders.push(folder);
  return folder;
}

async function linesOf(folder: string, topic: string): Promise<readonly string[]> {
  const text = await readFile(join(folder, `${topic}.ndjson`), 'utf8').catch(() => '');
  return text.split('\n').slice(0, -1);
}

/** A sink that is closed after the tests. */
function sinkIn(folder: string): EventSink {
  const sink = createFileEventSink(folder);
  sinks.push(sink);
  return sink;
}

async function openIn(folder: string): Promise<EventSinkUnderTest> {
  return Promise.resolve({
    sink: sinkIn(folder),
    topics: TOPICS,
    reopen: () => Promise.resolve(sinkIn(folder)),
    read: async (topic) => {
      const lines = await linesOf(folder, topic);
      return new Map(lines.length === 0 ? [] : [[0, lines]]);
    },
  });
}

describeEventSink('files', async () => openIn(await newFolder()));

describe('files', () => {
  it('cuts off what a killed life wrote without acknowledging it', async () => {
    const folder = await newFolder();
    const events = someEvents(TOPICS, { count: 30 });
    const killed = sinkIn(folder);
    await killed.send(events.slice(0, 20), 'mark');
    await appendFile(join(folder, 'plays.ndjson'), '{"sequence":20,"name":"half a li');
    await killed.close();
    const next = sinkIn(folder);
    await next.send(events.slice(20), 'mark');
    await next.close();
    expect(await linesOf(folder, 'plays')).toEqual(events.filter(({ topic }) => topic === 'plays').map(({ value }) => value));
  });

  it("does not touch a file that is not a sink's, and goes on when it is moved away", async () => {
    const folder = await newFolder();
    await writeFile(join(folder, 'plays.ndjson'), 'mine\n');
    const sink = sinkIn(folder);
    await expect(sink.send(someEvents(TOPICS, { first: 1, count: 1 }), 'mark')).rejects.toThrow(
      /plays\.ndjson .* Move both away/,
    );
    expect(await linesOf(folder, 'plays')).toEqual(['mine']);
    await rm(join(folder, 'plays.ndjson'));
    expect(await sink.send(someEvents(TOPICS, { first: 1, count: 1 }), 'mark')).toEqual({ plays: 1 });
  });

  it('says which position file cannot be read', async () => {
    const folder = await newFolder();
    await writeFile(join(folder, 'plays.position.json'), '{"bytes":-1}');
    const failure = sinkIn(folder).positions(['plays']);
    await expect(failure).rejects.toBeInstanceOf(SoundFlowError);
    await expect(failure).rejects.toThrow(/plays\.position\.json/);
  });
});
