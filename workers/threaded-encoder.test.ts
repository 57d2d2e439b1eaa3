import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createArrowEncoder } from '../adapters/arrow/encoder.ts';
import listenEvents from '../assets/topics/listen_events.ts';
import { parseHour } from '../core/hours.ts';
import { chunkOf } from '../core/records.ts';
import { packChunk } from './packed-chunk.ts';
import { startEncoder } from './threaded-encoder.ts';

const ROOT = resolve(__dirname, '..');
const HEADING = { topic: listenEvents.key, landedHour: parseHour('2026-11-20T07', 'test') };
const PLAY = {
  ...{ artist: 'A', song: 'S', duration: 200, ts: 1, sessionId: 1, itemInSession: 0, auth: 'Logged In', level: 'free' },
  ...{ city: 'Lyon', zip: '69001', state: 'CA', userAgent: 'x', lon: 1, lat: 2 },
};

const chunk = chunkOf(
  1,
  [JSON.stringify(PLAY), null, '', '{"broken', JSON.stringify({ ...PLAY, mood: 1 })].map((value, offset) => ({
    partition: 1,
    offset,
    timestamp: 1_795_000_000_000,
    value: value === null ? null : Buffer.from(value),
  })),
);

/** Answers as the real thread does, until it is told to add, and then ends. */
const CRASHING = `
  import { parentPort } from 'node:worker_threads';
  parentPort.on('message', ({ id, verb }) => {
    if (verb === 'add') process.exit(1);
    parentPort.postMessage({ id, segment: verb === 'finish' ? { rows: null, deadLetters: null, drift: { sampled: 0, unknown: {} } } : null });
  });
  parentPort.postMessage({ version: 'crashing/1', topics: ['${HEADING.topic}'] });
`;

describe('an encoder in a thread', () => {
  it('gives what it gives without one, and leaves the chunk to others', async () => {
    const encoder = await startEncoder(ROOT);
    try {
      const contracts = new Map([[HEADING.topic, listenEvents.contract]]);
      const encoded = [];
      for (const one of [encoder, createArrowEncoder(contracts)]) {
        const segment = one.open(HEADING);
        await segment.add(chunk, 2);
        await segment.add(chunk, 3);
        encoded.push(await segment.finish());
      }
      expect(encoded[0]).toEqual(encoded[1]);
      expect(encoded[0]).toMatchObject({
        rows: { rows: 4 },
        deadLetters: { rows: 6 },
        drift: { sampled: 10, unknown: { mood: 2 } },
      });
      expect(chunk.bytes.length).toBeGreaterThan(0);
      expect(() => encoder.open({ ...HEADING, topic: 'unheard' })).toThrow(/topic unheard: has no contract/);
      const given = encoder.open(HEADING);
      await given.add(chunk, 0);
      await given.discard();
    } finally {
      await encoder.close();
    }
  }, 60_000);

  it('fails the segments of a thread that ends, and starts another for the next', async () => {
    const home = await mkdtemp(join(tmpdir(), 'soundflow-thread-'));
    const script = join(home, 'crashing.mjs');
    await writeFile(script, CRASHING);
    const encoder = await startEncoder(ROOT, script);
    try {
      const [first, second] = [encoder.open(HEADING), encoder.open(HEADING)];
      await expect(first.add(chunk, 0)).rejects.toMatchObject({
        code: 'UNAVAILABLE',
        message: expect.stringContaining('thread ended'),
      });
      await expect(second.finish()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      await first.discard();
      expect(await encoder.open(HEADING).finish()).toMatchObject({ rows: null });
    } finally {
      await encoder.close();
      await rm(home, { recursive: true });
    }
  }, 60_000);
});

describe('a packed chunk', () => {
  it('holds the same records, and none of the bytes around them', () => {
    const around = { ...chunk, bytes: new Uint8Array(chunk.bytes.length + 1_000), starts: chunk.starts.map((at) => at + 500) };
    around.bytes.set(chunk.bytes, 500);
    const moved = { ...around, ends: chunk.ends.map((at) => (at < 0 ? at : at + 500)) };
    const { packed, buffers } = packChunk(moved);
    expect(packed).toEqual(chunk);
    expect(buffers).toHaveLength(5);
  });
});
