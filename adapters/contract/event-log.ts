import type { EventLog, LogRecord, Mark, OffsetRange } from '../../core/ports/event-log.ts';
import { keptRecord, recordsOf } from '../../core/records.ts';

/** An event log with a topic of two partitions, and what others do to that topic. */
export interface EventLogUnderTest {
  readonly log: EventLog;
  readonly topic: string;
  /** Appends committed records, stamped `timestamp`. */
  readonly append: (partition: number, values: readonly (string | null)[]) => Promise<void>;
  /** Makes the partition use up at least one offset without leaving a record. */
  readonly skip: (partition: number) => Promise<void>;
  readonly truncateTo: (partition: number, start: number) => Promise<void>;
  readonly addPartition: () => Promise<void>;
  /** Deletes the topic and makes one of the same name, empty and with the first two partitions. */
  readonly recreate: () => Promise<void>;
  /** What a group shows as its progress. */
  readonly announced: (group: string) => Promise<Readonly<Record<string, number>>>;
}

/** Timestamp of every record a test appends. */
export const TIMESTAMP = 1_795_132_800_123;

const FAR = 1_000_000;

/** All records of `range`, and the lengths and marks of the chunks they came in. */
export async function readAll(log: EventLog, topic: string, range: OffsetRange): Promise<WhatWasRead> {
  const records: LogRecord[] = [];
  const chunks: number[] = [];
  const marks: (Mark | null)[] = [];
  for await (const chunk of log.read(topic, range)) {
    for (const record of recordsOf(chunk)) records.push(keptRecord(record));
    chunks.push(chunk.count);
    marks.push(chunk.mark);
  }
  return { records, chunks, marks };
}

/** What came of a range. */
export interface WhatWasRead {
  readonly records: readonly LogRecord[];
  readonly chunks: readonly number[];
  readonly marks: readonly (Mark | null)[];
}

/** Values of `range` as text. */
export async function readTexts(log: EventLog, topic: string, range: OffsetRange): Promise<readonly (string | null)[]> {
  const { records } = await readAll(log, topic, range);
  return records.map(({ value }) => (value === null ? null : Buffer.from(value).toString()));
}

/** What every event log must do; `open` gives one with a new topic, closed by the opener. */
export function describeEventLog(name: string, open: () => Promise<EventLogUnderTest>): void {
  describe(`${name} as EventLog`, () => {
    it('tells what each partition holds', async () => {
      const { log, topic, append } = await open();
      expect(await log.offsets(topic)).toEqual([
        { partition: 0, start: 0, end: 0 },
        { partition: 1, start: 0, end: 0 },
      ]);
      await append(1, ['a', 'b', 'c']);
      expect(await log.offsets(topic)).toEqual([
        { partition: 0, start: 0, end: 0 },
        { partition: 1, start: 0, end: 3 },
      ]);
    });

    it('gives records as they were sent', async () => {
      const { log, topic, append } = await open();
      await append(1, ['{"a":1}', null, '', 'Ólafur']);
      const { records } = await readAll(log, topic, { partition: 1, from: 0, to: 4 });
      expect(records.map(({ value }) => (value === null ? null : Buffer.from(value).toString()))).toEqual([
        '{"a":1}',
        null,
        '',
        'Ólafur',
      ]);
      expect(records.map(({ partition, offset, timestamp }) => [partition, offset, timestamp])).toEqual(
        [0, 1, 2, 3].map((offset) => [1, offset, TIMESTAMP]),
      );
    });

    it('reads exactly the range that was asked', async () => {
      const { log, topic, append } = await open();
      const values = Array.from({ length: 8 }, (_, index) => String(index));
      await append(0, values.slice(0, 3));
      await append(0, values.slice(3));
      for (let from = 0; from <= 8; from += 1) {
        for (let to = from; to <= 8; to += 1) {
          expect(await readTexts(log, topic, { partition: 0, from, to })).toEqual(values.slice(from, to));
        }
      }
    });

    it('gives many records in chunks of bounded size', async () => {
      const { log, topic, append } = await open();
      const values = Array.from({ length: 18_000 }, (_, index) => String(index));
      for (let from = 0; from < 18_000; from += 3_000) await append(0, values.slice(from, from + 3_000));
      const { records, chunks } = await readAll(log, topic, { partition: 0, from: 1, to: 17_999 });
      expect(records.map(({ value }) => Buffer.from(value ?? []).toString())).toEqual(values.slice(1, 17_999));
      expect(Math.max(...chunks)).toBeLessThanOrEqual(16_384);
      expect(Math.min(...chunks)).toBeGreaterThan(0);
    });

    it('marks where each chunk ends, and finds that place again', async () => {
      const { log, topic, append } = await open();
      for (const values of [['a', 'b'], ['c'], ['d', null]]) await append(1, values);
      const { marks } = await readAll(log, topic, { partition: 1, from: 0, to: 4 });
      const last = marks.at(-1) ?? null;
      const { checksums } = await log.identify(topic, { '1': 3 });
      if (last !== null) expect({ '1': last.crc, offset: last.offset }).toEqual({ ...checksums, offset: 3 });
      await append(1, ['more']);
      expect((await log.identify(topic, { '1': 3 })).checksums).toEqual(checksums);
    });

    it('has no checksum where there is no record', async () => {
      const { log, topic, append, truncateTo } = await open();
      await append(0, ['a']);
      await append(0, ['b', 'c']);
      const { checksums } = await log.identify(topic, { '0': 3, '1': 0, '7': 0 });
      expect(checksums).toEqual({ '0': null, '1': null, '7': null });
      await truncateTo(0, 2);
      expect((await log.identify(topic, { '0': 0 })).checksums).toEqual({ '0': null });
      expect((await log.identify(topic, { '0': -1 })).checksums).toEqual({ '0': null });
      expect((await log.identify(topic, {})).checksums).toEqual({});
    });

    it('tells a topic that was made anew', async () => {
      const { log, topic, append, recreate } = await open();
      await append(0, ['first', 'life']);
      const before = await log.identify(topic, { '0': 0 });
      expect(await log.identify(topic, { '0': 0 })).toEqual(before);
      await recreate();
      const empty = await log.identify(topic, { '0': 0 });
      expect(empty.id).not.toBe(before.id);
      expect(empty.checksums).toEqual({ '0': null });
      await append(0, ['second', 'life']);
      const after = await log.identify(topic, { '0': 0 });
      expect(after.id).toBe(empty.id);
      expect(after.checksums['0']).not.toBe(before.checksums['0']);
      expect(await readTexts(log, topic, { partition: 0, from: 0, to: 2 })).toEqual(['second', 'life']);
      await expect(readAll(log, topic, { partition: 0, from: 5, to: 6 })).rejects.toMatchObject({ code: 'DATA_LOSS' });
    });

    it('can be left half way', async () => {
      const { log, topic, append } = await open();
      const large = 'x'.repeat(500_000);
      for (let count = 0; count < 20; count += 1) await append(0, [large]);
      for await (const { count } of log.read(topic, { partition: 0, from: 0, to: 20 })) {
        expect(count).toBeGreaterThan(0);
        break;
      }
      expect(await readTexts(log, topic, { partition: 0, from: 19, to: 20 })).toEqual([large]);
    });

    it('passes over offsets without a record, at the end too', async () => {
      const { log, topic, append, skip } = await open();
      await skip(0);
      await append(0, ['a']);
      await skip(0);
      await append(0, ['b']);
      await skip(0);
      const end = (await log.offsets(topic))[0]?.end ?? 0;
      const { records } = await readAll(log, topic, { partition: 0, from: 0, to: end });
      expect(records.map(({ value }) => Buffer.from(value ?? []).toString())).toEqual(['a', 'b']);
      const last = records.at(-1)?.offset ?? 0;
      expect(last).toBeLessThan(end - 1);
      expect(await readTexts(log, topic, { partition: 0, from: last + 1, to: end })).toEqual([]);
    });

    it('says which offsets are lost', async () => {
      const { log, topic, append, truncateTo } = await open();
      await append(0, ['a', 'b', 'c', 'd']);
      await truncateTo(0, 2);
      expect((await log.offsets(topic))[0]).toEqual({ partition: 0, start: 2, end: 4 });
      await expect(readAll(log, topic, { partition: 0, from: 1, to: 4 })).rejects.toMatchObject({
        code: 'DATA_LOSS',
        message: expect.stringMatching(new RegExp(`topic ${topic}, partition 0, range \\[1, 4\\): the log begins at 2`)),
      });
      expect(await readTexts(log, topic, { partition: 0, from: 2, to: 4 })).toEqual(['c', 'd']);
    });

    it('notices a loss half way', async () => {
      const { log, topic, append, truncateTo } = await open();
      const large = 'x'.repeat(400_000);
      for (let count = 0; count < 40; count += 1) await append(0, [large]);
      await append(
        0,
        Array.from({ length: 2_000 }, () => ''),
      );
      const chunks = log.read(topic, { partition: 0, from: 0, to: 2_040 })[Symbol.asyncIterator]();
      expect((await chunks.next()).done).toBe(false);
      await truncateTo(0, 2_039);
      const rest = async (): Promise<void> => {
        while ((await chunks.next()).done !== true);
      };
      await expect(rest()).rejects.toMatchObject({ code: 'DATA_LOSS' });
    });

    it('takes a range beyond its end for loss: the topic was made anew', async () => {
      const { log, topic, append } = await open();
      await append(0, ['a']);
      await expect(readAll(log, topic, { partition: 0, from: FAR, to: FAR + 1 })).rejects.toMatchObject({
        code: 'DATA_LOSS',
        message: expect.stringContaining('the log ends at 1'),
      });
    });

    it('does not know other topics and partitions', async () => {
      const { log, topic } = await open();
      const missing = { code: 'NOT_FOUND', message: expect.stringContaining('unheard') };
      await expect(log.offsets('unheard')).rejects.toMatchObject(missing);
      await expect(log.identify('unheard', { '0': 0 })).rejects.toMatchObject(missing);
      await expect(readAll(log, 'unheard', { partition: 0, from: 0, to: 1 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(readAll(log, topic, { partition: 7, from: 0, to: 1 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('stops when it is told to', async () => {
      const { log, topic, append } = await open();
      for (let count = 0; count < 20; count += 1)
        await append(
          0,
          Array.from({ length: 1_000 }, () => 'x'.repeat(900)),
        );
      const stop = new AbortController();
      let seen = 0;
      const reading = async (): Promise<void> => {
        for await (const chunk of log.read(topic, { partition: 0, from: 0, to: 20_000 }, stop.signal)) {
          seen += chunk.count;
          stop.abort();
        }
      };
      await expect(reading()).rejects.toMatchObject({ code: 'CANCELLED' });
      expect(seen).toBeLessThan(20_000);
    });

    it('sees partitions that were added', async () => {
      const { log, topic, addPartition, append } = await open();
      expect(await log.offsets(topic)).toHaveLength(2);
      await addPartition();
      await append(2, ['new']);
      expect((await log.offsets(topic))[2]).toEqual({ partition: 2, start: 0, end: 1 });
      expect(await readTexts(log, topic, { partition: 2, from: 0, to: 1 })).toEqual(['new']);
    });

    it('shows the progress of a group and never moves it back', async () => {
      const { log, topic, append, announced } = await open();
      await append(0, ['a', 'b', 'c']);
      const group = `group-${topic}`;
      await log.announce(group, topic, { '0': 2 });
      expect(await announced(group)).toEqual({ '0': 2 });
      await log.announce(group, topic, { '0': 1, '1': 0 });
      await log.announce(group, topic, { '0': 2 });
      await log.announce(group, topic, {});
      expect(await announced(group)).toEqual({ '0': 2, '1': 0 });
      await log.announce(group, topic, { '0': 3 });
      expect(await announced(group)).toEqual({ '0': 3, '1': 0 });
    });

    it('serves several readers at once', async () => {
      const { log, topic, append } = await open();
      await append(
        0,
        Array.from({ length: 500 }, (_, index) => `a${String(index)}`),
      );
      await append(
        1,
        Array.from({ length: 500 }, (_, index) => `b${String(index)}`),
      );
      const readers = Array.from({ length: 10 }, (_, index) =>
        readTexts(log, topic, { partition: index % 2, from: index, to: 500 }),
      );
      for (const [index, texts] of (await Promise.all(readers)).entries()) {
        expect(texts).toHaveLength(500 - index);
        expect(texts[0]).toBe(`${index % 2 === 0 ? 'a' : 'b'}${String(index)}`);
      }
    });
  });
}
