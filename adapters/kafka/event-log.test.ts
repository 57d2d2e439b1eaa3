import { SoundFlowError } from '../../core/errors.ts';
import { readTexts } from '../contract/event-log.ts';
import type { Cluster } from './cluster.ts';
import { eventLogOn } from './event-log.ts';
import { batchBytes } from './test-batches.ts';

const NODES = 3;

/** What the clusters of one test have been asked, and how they answer. */
interface Script {
  /** Error codes of the first fetches, one after the other; 0 answers. */
  readonly codes?: readonly number[];
  /** Fails the first so many requests for leaders. */
  readonly leaderless?: number;
  readonly fetches?: (count: number) => Buffer;
}

/** A fetch response of version 11 for one partition of the topic `plays`. */
function response(errorCode: number, records: Buffer, end: number): Buffer {
  const name = Buffer.from('plays');
  const body = Buffer.alloc(14 + 2 + name.length + 4 + 42);
  body.writeInt32BE(1, 10); // topics
  body.writeInt16BE(name.length, 14);
  name.copy(body, 16);
  const partition = 16 + name.length + 4;
  body.writeInt32BE(1, partition - 4); // partitions
  body.writeInt16BE(errorCode, partition + 4);
  body.writeBigInt64BE(BigInt(end), partition + 14);
  body.writeInt32BE(records.length, partition + 38);
  return Buffer.concat([body, records]);
}

const BATCH = batchBytes({ baseOffset: 0, values: { 0: 'a', 1: 'b' }, lastOffsetDelta: 1 });

/** Clusters whose leader of partition 0 is another each time it is asked for. */
function scripted({ codes = [], leaderless = 0, fetches = () => response(0, BATCH, 2) }: Script) {
  const seen = { opened: 0, closed: 0, leaders: 0, nodes: [] as number[] };
  const open = async (): Promise<Cluster> => {
    seen.opened += 1;
    await Promise.resolve();
    return {
      leaders: async () => {
        await Promise.resolve();
        seen.leaders += 1;
        if (seen.leaders <= leaderless) throw Object.assign(new Error('no leader yet'), { type: 'LEADER_NOT_AVAILABLE' });
        return [{ partition: 0, node: seen.leaders % NODES }];
      },
      fetch: async (node) => {
        await Promise.resolve();
        seen.nodes.push(node);
        const code = codes[seen.nodes.length - 1] ?? 0;
        return code === 0 ? fetches(seen.nodes.length) : response(code, Buffer.alloc(0), 2);
      },
      topicId: () => Promise.resolve(null),
      listOffsets: (_topic, _leaders, edge) => Promise.resolve(new Map([[0, edge === 'start' ? 0 : 2]])),
      committed: () => Promise.resolve(new Map()),
      commit: () => Promise.resolve(),
      disconnect: () => {
        seen.closed += 1;
        return Promise.resolve();
      },
    };
  };
  return { seen, open, log: eventLogOn(open) };
}

const range = { partition: 0, from: 0, to: 2 };

describe('an event log on Kafka', () => {
  it.each([3, 5, 6, 7, 8, 9, 13, 56, 74, 75, 78, 100, 103, -1])('asks for leaders anew after the error %i', async (code) => {
    const { log, seen } = scripted({ codes: [code] });
    expect(await readTexts(log, 'plays', range)).toEqual(['a', 'b']);
    expect(seen.nodes).toEqual([1, 2]);
    await log.close();
    expect([seen.opened, seen.closed]).toEqual([2, 2]);
  });

  it('waits for a leader where there is none', async () => {
    const { log } = scripted({ leaderless: 2 });
    expect(await readTexts(log, 'plays', range)).toEqual(['a', 'b']);
    expect(await log.offsets('plays')).toEqual([{ partition: 0, start: 0, end: 2 }]);
    await log.close();
  });

  it('names the error that did not pass', async () => {
    const { log } = scripted({ codes: Array.from({ length: 99 }, () => 56) });
    await expect(readTexts(log, 'plays', range)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(/topic plays, partition 0, offset 0: .*KAFKA_STORAGE_ERROR/),
    });
    await log.close();
  }, 15_000);

  it('does not ask again for what it may not read', async () => {
    const { log, seen } = scripted({ codes: [29] });
    await expect(readTexts(log, 'plays', range)).rejects.toMatchObject({ code: 'BAD_SETTING' });
    expect(seen.nodes).toHaveLength(1);
    await log.close();
  });

  it('fetches again what came damaged, and says where when it stays so', async () => {
    const broken = Buffer.from(BATCH);
    broken.writeUInt8(broken.readUInt8(65) ^ 1, 65);
    const once = scripted({ fetches: (count) => response(0, count === 1 ? broken : BATCH, 2) });
    expect(await readTexts(once.log, 'plays', range)).toEqual(['a', 'b']);
    await once.log.close();
    const always = scripted({ fetches: () => response(0, broken, 2) });
    const failure: unknown = await readTexts(always.log, 'plays', range).catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(SoundFlowError);
    expect(failure).toMatchObject({ code: 'DAMAGED', message: expect.stringMatching(/topic plays, partition 0, .*offset 0/) });
    await always.log.close();
  });
});

describe('identify on Kafka', () => {
  const checksum = BATCH.readUInt32BE(17);
  const at = async (records: Buffer, offset = 0) => {
    const { log } = scripted({ fetches: () => response(0, records, 2) });
    const { checksums } = await log.identify('plays', { '0': offset });
    await log.close();
    return checksums['0'];
  };

  it('gives the checksum of the batch that holds the offset', async () => {
    expect([await at(BATCH, 0), await at(BATCH, 1)]).toEqual([checksum, checksum]);
  });

  it.each([
    ['has lost records to compaction', { values: { 1: 'b' }, lastOffsetDelta: 1 }],
    ['was stamped for the end of its tombstones', { values: { 0: null, 1: 'b' }, lastOffsetDelta: 1, attributes: 64 }],
    ['begins behind the offset', { baseOffset: 1, values: { 0: 'b' }, lastOffsetDelta: 0 }],
  ])('gives none when the batch %s', async (_, layout) => {
    expect(await at(batchBytes({ baseOffset: 0, ...layout }))).toBeNull();
  });

  it('gives none where nothing is', async () => {
    expect(await at(Buffer.alloc(0))).toBeNull();
    expect(await at(BATCH, 2)).toBeNull();
    expect(await at(BATCH, -1)).toBeNull();
  });

  it('asks for all of a batch that did not come whole', async () => {
    const { log } = scripted({ fetches: (count) => response(0, count < 3 ? BATCH.subarray(0, 40 * count) : BATCH, 2) });
    expect((await log.identify('plays', { '0': 1 })).checksums).toEqual({ '0': checksum });
    await log.close();
  });

  it('looks at few partitions at a time, and at all of them', async () => {
    let [open, most] = [0, 0];
    const partitions = Array.from({ length: 50 }, (_, partition) => ({ partition, node: 1 }));
    const cluster = await scripted({}).open();
    const counting: Cluster = {
      ...cluster,
      leaders: () => Promise.resolve(partitions),
      topicId: () => Promise.resolve('id'),
      fetch: async () => {
        open += 1;
        most = Math.max(most, open);
        await new Promise((resolve) => setImmediate(resolve));
        open -= 1;
        return response(0, BATCH, 2);
      },
    };
    const log = eventLogOn(() => Promise.resolve(counting));
    const { id, checksums } = await log.identify('plays', Object.fromEntries(partitions.map(({ partition }) => [partition, 0])));
    expect(id).toBe('id');
    expect(Object.values(checksums)).toEqual(partitions.map(() => checksum));
    expect(most).toBeLessThanOrEqual(8);
    await log.close();
  });
});
