import fc from 'fast-check';
import { joinRanges, offsetSet } from './offset-set.ts';

const range = fc
  .record({ epoch: fc.nat(1), partition: fc.nat(2), from: fc.nat(40), length: fc.nat(8) })
  .map(({ length, ...rest }) => ({ ...rest, to: rest.from + length }));

describe('a set of offsets', () => {
  it('holds exactly what its ranges hold, whatever their order and overlap', () => {
    fc.assert(
      fc.property(fc.array(range, { maxLength: 12 }), fc.nat(1), (ranges, epoch) => {
        const set = offsetSet(ranges);
        for (let offset = 0; offset < 50; offset += 1) {
          const isHeld = ranges.some((it) => it.epoch === epoch && it.partition === 1 && it.from <= offset && offset < it.to);
          expect(set.has(epoch, 1, offset)).toBe(isHeld);
        }
      }),
    );
  });

  it('is kept as ranges that neither touch nor overlap', () => {
    fc.assert(
      fc.property(fc.array(range, { maxLength: 12 }), (ranges) => {
        const joined = joinRanges(ranges);
        joined.slice(1).forEach((next, index) => {
          const last = joined[index];
          const isSame = last?.epoch === next.epoch && last.partition === next.partition;
          if (isSame) expect(next.from).toBeGreaterThan(last.to);
        });
      }),
    );
  });
});
