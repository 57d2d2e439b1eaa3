import fc from 'fast-check';
import { ResponseMemory } from './response-memory.ts';

const MIB = 1024 * 1024;

describe('memory of responses', () => {
  it('gives memory that was given back again, and no piece of memory twice', () => {
    const memory = new ResponseMemory();
    const first = memory.take(4 * MIB + 75);
    memory.giveBack(first.subarray(60, 70));
    memory.giveBack(first);
    const again = memory.take(4 * MIB);
    expect(again.buffer).toBe(first.buffer);
    expect(again).toHaveLength(4 * MIB);
    expect(memory.take(4 * MIB).buffer).not.toBe(first.buffer);
  });

  it('keeps nothing that is small, nothing of others, and nothing once cleared', () => {
    const memory = new ResponseMemory();
    const small = memory.take(100);
    const other = Buffer.alloc(300_000);
    const large = memory.take(2 * MIB);
    for (const bytes of [small, other, large]) memory.giveBack(bytes);
    expect(memory.take(100).buffer).not.toBe(small.buffer);
    expect(memory.take(300_000).buffer).not.toBe(other.buffer);
    memory.clear();
    expect(memory.take(2 * MIB).buffer).not.toBe(large.buffer);
  });

  it('never gives the same memory to two, whatever is taken and given back', () => {
    const step = fc.record({ size: fc.integer({ min: 1, max: 3 * MIB }), givesBack: fc.nat({ max: 3 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const memory = new ResponseMemory();
        const held: Buffer[] = [];
        for (const { size, givesBack } of steps) {
          const taken = memory.take(size);
          expect(taken).toHaveLength(size);
          expect(held.every(({ buffer }) => buffer !== taken.buffer)).toBe(true);
          held.push(taken);
          for (const given of held.splice(0, givesBack)) memory.giveBack(given);
        }
      }),
      { numRuns: 30 },
    );
  });
});
