import { cpuSecondsOf, peakRssMbOf, usageOf } from './process-usage.ts';

test('CPU is that of the process and of the children it waited for, whatever its name holds', () => {
  const stat = '42 (a name) with ) in it) S 1 42 42 0 -1 4194560 900 0 0 0 250 150 70 30 20 0 11 0 12345 1000 200';
  expect(cpuSecondsOf(stat)).toBe(5);
});

test('peak memory is in millions of bytes, and zero for a process that has none', () => {
  expect(peakRssMbOf('Name:\tnode\nVmPeak:\t  900000 kB\nVmHWM:\t  500000 kB\nVmRSS:\t  400000 kB\n')).toBe(512);
  expect(peakRssMbOf('Name:\tkworker\n')).toBe(0);
});

test('this process has used something, and one that is gone is named', () => {
  const { cpuSeconds, peakRssMb } = usageOf(process.pid);
  expect(cpuSeconds).toBeGreaterThan(0);
  expect(peakRssMb).toBeGreaterThan(10);
  expect(() => usageOf(2 ** 30)).toThrow(/process 1073741824: it has ended/);
});
