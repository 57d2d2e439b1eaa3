import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { createArrowEncoder } from '../adapters/arrow/encoder.ts';
import { createColumnarEncoder } from '../adapters/columnar/encoder.ts';
import listen from '../assets/topics/listen_events.ts';
import { parseHour } from '../core/hours.ts';
import type { Encoder } from '../core/ports/encoder.ts';
import type { RecordChunk } from '../core/ports/event-log.ts';
import { chunkOf } from '../core/records.ts';
import { listenEvents } from './events.ts';

// What encoding alone costs, without broker and lake: `node --import tsx bench/encode.ts --events 250000 --bad 0.001`.
// The least of some rounds is told: others on the machine only ever add to it.

const HEADING = { topic: listen.key, landedHour: parseHour('2026-11-20T07', 'bench') };
const CHUNK_EVENTS = 4_000;

const { values: options } = parseArgs({
  options: {
    events: { type: 'string', default: '250000' },
    bad: { type: 'string', default: '0' },
    rounds: { type: 'string', default: '5' },
    encoder: { type: 'string', default: 'columnar' },
  },
});

function makeChunks(events: number, badShare: number): readonly RecordChunk[] {
  const source = listenEvents({ seed: 1, badShare });
  return Array.from({ length: Math.ceil(events / CHUNK_EVENTS) }, (_, part) => {
    const from = part * CHUNK_EVENTS;
    const records = Array.from({ length: Math.min(CHUNK_EVENTS, events - from) }, (__, index) => {
      const value = Buffer.from(source.next().value.value);
      return { partition: 0, offset: from + index, timestamp: 1_795_132_800_000 + from + index, value };
    });
    return chunkOf(0, records);
  });
}

interface Cost {
  /** Of the process, all threads, microseconds. */
  readonly cpu: number;
  readonly delayMs: number;
  readonly bytes: number;
}

async function costOf(work: () => Promise<number>): Promise<Cost> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const before = process.cpuUsage();
  const bytes = await work();
  const { user, system } = process.cpuUsage(before);
  delay.disable();
  return { cpu: user + system, delayMs: delay.max / 1e6, bytes };
}

async function encode(encoder: Encoder, chunks: readonly RecordChunk[]): Promise<number> {
  const segment = encoder.open(HEADING);
  for (const chunk of chunks) await segment.add(chunk, 0);
  const { rows, deadLetters } = await segment.finish();
  return (rows?.content.length ?? 0) + (deadLetters?.content.length ?? 0);
}

async function main(): Promise<void> {
  const events = Number(options.events);
  const chunks = makeChunks(events, Number(options.bad));
  const contracts = new Map([[listen.key, listen.contract]]);
  const encoder = options.encoder === 'arrow' ? createArrowEncoder(contracts) : createColumnarEncoder(contracts);
  const costs: Cost[] = [];
  for (let round = 0; round < Number(options.rounds); round += 1) costs.push(await costOf(() => encode(encoder, chunks)));
  const cpu = Math.min(...costs.map((cost) => cost.cpu));
  const delay = Math.min(...costs.map((cost) => cost.delayMs)).toFixed(1);
  const told = `${(cpu / events).toFixed(2)} µs/event, ${Math.round((events / cpu) * 1e6).toLocaleString('en')} events/cpu-s`;
  const size = ((costs[0]?.bytes ?? 0) / events).toFixed(1);
  process.stdout.write(`${options.encoder}: ${told}, ${size} bytes/event, loop delay at most ${delay} ms\n`);
  process.stdout.write(
    `peak memory ${String(Math.round(process.resourceUsage().maxRSS / 1024))} MiB, of which the events are ${String(Math.round(chunks.reduce((sum, { bytes }) => sum + bytes.length, 0) / 2 ** 20))}\n`,
  );
}

await main();
