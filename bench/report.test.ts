import { jsonLine, markdownTable, rowsOf, textTable, type Result } from './report.ts';

const ours: Result = {
  name: 'soundflow-1',
  about: 'SoundFlow',
  events: 1_000,
  eventsPerCpuSecond: 180_000.4,
  eventsPerSecond: 200_000,
  peakRssMb: 412.6,
  bytesPerEvent: 42.04,
  loopDelayP99Ms: 3.26,
};
const peer: Result = {
  ...ours,
  name: 'raw',
  about: 'a peer',
  eventsPerCpuSecond: 20_000,
  eventsPerSecond: 50_000,
  bytesPerEvent: null,
  loopDelayP99Ms: null,
};

test('each row says how many times as much ours does: one worker per CPU-second, two per second', () => {
  const two = { ...ours, name: 'soundflow-2', eventsPerSecond: 400_000 };
  expect(rowsOf([ours, peer, two]).slice(0, 2)).toEqual([
    ['SoundFlow', '180,000', '1.00', '200,000', '2.00', '413', '42.0', '3.3 ms'],
    ['a peer', '20,000', '9.00', '50,000', '8.00', '413', '–', '–'],
  ]);
});

test('without ours there is nothing to compare with', () => {
  expect(rowsOf([peer])[0]?.slice(1, 5)).toEqual(['20,000', '–', '50,000', '–']);
});

test('JSON is one line with the figures of each contender', () => {
  const line = jsonLine({ bench: 'land' }, [ours, peer]);
  expect(line).not.toContain('\n');
  expect(JSON.parse(line)).toEqual({
    bench: 'land',
    contenders: [
      {
        name: 'soundflow-1',
        events: 1_000,
        eventsPerCpuSecond: 180_000,
        eventsPerSecond: 200_000,
        peakRssMb: 413,
        bytesPerEvent: 42,
        loopDelayP99Ms: 3.3,
      },
      {
        name: 'raw',
        events: 1_000,
        eventsPerCpuSecond: 20_000,
        eventsPerSecond: 50_000,
        peakRssMb: 413,
        bytesPerEvent: null,
        loopDelayP99Ms: null,
      },
    ],
  });
});

test('a terminal and a page show the same figures', () => {
  for (const shown of [textTable([ours, peer]), markdownTable([ours, peer])]) {
    for (const cell of rowsOf([ours, peer]).flat()) expect(shown).toContain(cell);
  }
});
