import { BEGUN, openLandingTable, play } from '../tests/fixtures/landing-table.ts';

const HOUR = 3_600_000;
const plays = (count: number, from = 0) => Array.from({ length: count }, (_, index) => play(from + index));

describe('landing what the broker holds', () => {
  it('goes on from the log, whatever it is told of it', async () => {
    const { tick, eventLog, topic, offsets } = openLandingTable();
    await tick(BEGUN);
    eventLog.append({ topic, partition: 0, values: plays(3) });
    await tick(BEGUN);
    expect((await tick(BEGUN)).plan).toMatchObject({ kind: 'idle', position: 1 });
    expect(await offsets()).toEqual(['0/0/0', '0/0/1', '0/0/2']);
  });

  it('stops a partition that retention passed, and goes on when exactly that is given up', async () => {
    const { tick, eventLog, topic, offsets } = openLandingTable();
    await tick(BEGUN);
    eventLog.append({ topic, partition: 0, values: plays(5) });
    eventLog.truncateTo(topic, 0, 2);
    eventLog.append({ topic, partition: 1, values: plays(1) });
    const { plan } = await tick(BEGUN);
    expect(plan).toMatchObject({ kind: 'batch', stopped: [{ partition: 0, from: 0, to: 2, reason: 'retention' }] });
    expect(await offsets()).toEqual(['0/1/0']);
    const refused = await tick(BEGUN, [{ partition: 0, from: 0, to: 1 }]);
    expect(refused).toMatchObject({
      refused: expect.stringContaining('[0, 1) is not what partition 0 is stopped at'),
      plan: { kind: 'idle' },
    });
    expect((await tick(BEGUN, [{ partition: 0, from: 0, to: 2 }])).plan).toMatchObject({ kind: 'loss', after: { 0: 2 } });
    await tick(BEGUN);
    expect(await offsets()).toEqual(['0/0/2', '0/0/3', '0/0/4', '0/1/0']);
  });

  it('finds out how far a cut partition still is what was landed, and reads the rest in the next epoch', async () => {
    const { tick, eventLog, topic, offsets, deps } = openLandingTable();
    await tick(BEGUN);
    for (const from of [0, 3, 6]) {
      eventLog.append({ topic, partition: 0, values: plays(3, from) });
      await tick(BEGUN);
    }
    eventLog.rewindTo(topic, 0, 4);
    expect((await tick(BEGUN)).plan.stopped).toEqual([{ partition: 0, from: 3, to: 9, reason: 'rewound' }]);
    eventLog.append({ topic, partition: 0, values: plays(9, 100) });
    expect((await tick(BEGUN)).plan.stopped).toEqual([{ partition: 0, from: 3, to: 9, reason: 'rewound' }]);
    await tick(BEGUN, [{ partition: 0, from: 3, to: 9 }]);
    await tick(BEGUN);
    const again = Array.from({ length: 10 }, (_, index) => `1/0/${String(3 + index)}`).sort();
    expect(await offsets()).toEqual([...Array.from({ length: 9 }, (_, offset) => `0/0/${String(offset)}`), ...again]);
    expect((await deps.commits.read(topic, 4))?.losses).toEqual([{ partition: 0, from: 3, to: 9, reason: 'rewound', epoch: 0 }]);
    expect((await tick(BEGUN)).plan).toMatchObject({ kind: 'idle', stopped: [] });
  });

  it('looks only into the present epoch when a partition is cut a second time', async () => {
    const { tick, eventLog, topic } = openLandingTable();
    await tick(BEGUN);
    eventLog.append({ topic, partition: 0, values: plays(6) });
    await tick(BEGUN);
    eventLog.rewindTo(topic, 0, 2);
    await tick(BEGUN, [{ partition: 0, from: 0, to: 6 }]);
    await tick(BEGUN);
    eventLog.append({ topic, partition: 0, values: plays(6, 50) });
    await tick(BEGUN);
    eventLog.rewindTo(topic, 0, 5);
    expect((await tick(BEGUN)).plan.stopped).toEqual([{ partition: 0, from: 2, to: 8, reason: 'rewound' }]);
  });

  it('knows a topic that was made anew by its id, also when it has grown past the frontier', async () => {
    const { tick, eventLog, topic, offsets } = openLandingTable();
    await tick(BEGUN);
    eventLog.append({ topic, partition: 0, values: plays(2) });
    eventLog.append({ topic, partition: 1, values: plays(1) });
    await tick(BEGUN);
    eventLog.recreate(topic);
    eventLog.append({ topic, partition: 0, values: plays(4, 10) });
    const { plan } = await tick(BEGUN);
    expect(plan).toMatchObject({
      kind: 'idle',
      stopped: [
        { partition: 0, from: 0, to: 2, reason: 'recreated' },
        { partition: 1, from: 0, to: 1, reason: 'recreated' },
      ],
    });
    expect((await tick(BEGUN, [{ partition: 0, from: 0, to: 2 }])).refused).toContain('all its partitions');
    await tick(BEGUN, plan.stopped);
    await tick(BEGUN);
    expect(await offsets()).toEqual(['0/0/0', '0/0/1', '0/1/0', '1/0/0', '1/0/1', '1/0/2', '1/0/3']);
  });

  it('commits nothing that was read of another history than the one that was planned from', async () => {
    const { tick, eventLog, topic, deps, offsets } = openLandingTable();
    await tick(BEGUN);
    eventLog.append({ topic, partition: 0, values: plays(3) });
    await tick(BEGUN);
    eventLog.append({ topic, partition: 0, values: plays(2, 3) });
    const cut = openLandingTable({
      ...deps,
      eventLog: {
        ...eventLog,
        read: (name, range, signal) => {
          eventLog.rewindTo(name, 0, 1);
          eventLog.append({ topic: name, partition: 0, values: plays(9, 200) });
          return eventLog.read(name, range, signal);
        },
      },
    });
    await cut.tick(BEGUN);
    expect((await deps.commits.newest(topic, 0))?.position).toBe(1);
    expect(await offsets()).toEqual(['0/0/0', '0/0/1', '0/0/2']);
    expect((await tick(BEGUN)).plan.stopped).toEqual([{ partition: 0, from: 0, to: 3, reason: 'rewound' }]);
  });

  it('files what is planned in a later hour there, and closes hours without events', async () => {
    const { tick, eventLog, topic, offsetsOf } = openLandingTable();
    await tick(BEGUN);
    eventLog.append({ topic, partition: 0, values: plays(1) });
    const { plan } = await tick(BEGUN);
    expect((await tick(BEGUN + HOUR)).plan).toMatchObject({ kind: 'hour', position: 2 });
    expect(await offsetsOf(plan.hour)).toEqual(['0/0/0']);
  });
});
