import { patiently } from './patience.ts';

const patience = { firstDelayMs: 1, longestDelayMs: 2, totalMs: 10_000 };

/** Fails `times` times, then answers how often it was called. */
function failing(times: number): () => Promise<number> {
  let calls = 0;
  return () => {
    calls += 1;
    return calls <= times ? Promise.reject(new Error(`failure ${String(calls)}`)) : Promise.resolve(calls);
  };
}

describe('patiently', () => {
  it.each([0, 1, 7])('succeeds after %i failures', async (times) => {
    expect(await patiently(patience, failing(times), () => true)).toBe(times + 1);
  });

  it('does not repeat what will not pass', async () => {
    await expect(patiently(patience, failing(1), () => false)).rejects.toThrow('failure 1');
  });

  it('gives up with the last failure when the time is over', async () => {
    await expect(patiently({ ...patience, totalMs: 0 }, failing(1), () => true)).rejects.toThrow('failure 1');
    await expect(patiently({ ...patience, totalMs: 30 }, failing(1_000_000), () => true)).rejects.toThrow(/failure \d+/);
  });
});
