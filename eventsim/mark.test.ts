import fc from 'fast-check';
import { createMemoryEventSink } from '../adapters/memory/event-sink.ts';
import { layoutOf, markOf, parseMark } from './mark.ts';

const simulations = fc.record({
  seed: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
  listeners: fc.nat(),
  start: fc.nat({ max: 4_000_000_000_000 }),
  end: fc.oneof(fc.nat({ max: 4_000_000_000_000 }), fc.constant(Infinity)),
  growthRate: fc.oneof(fc.double({ min: 0, max: 1000, noNaN: true }).map(Math.abs), fc.constantFrom(0, 2, 1e-9)),
  attritionRate: fc.double({ min: 0, max: 1000, noNaN: true }).map(Math.abs),
  firstSession: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
});

describe('mark', () => {
  it('names a simulation in full', () => {
    fc.assert(
      fc.property(simulations, fc.stringMatching(/^[0-9a-f]{1,8}$/), (simulation, layout) => {
        expect(parseMark(markOf(simulation, layout))).toEqual({ simulation, layout });
      }),
    );
  });

  it.each(['', 'v0;seed=1', 'v1;seed=1', 'x'])('is not %j', (text) => {
    expect(parseMark(text)).toBeNull();
  });

  it('is not one of another version', () => {
    const mark = markOf({ seed: 1, listeners: 2, start: 3, end: 4, growthRate: 0, attritionRate: 0, firstSession: 1 }, 'a');
    expect(parseMark(mark)).not.toBeNull();
    expect(parseMark(mark.replace('v1', 'v2'))).toBeNull();
  });

  it('tells one layout of partitions from another', () => {
    const layouts = [1, 2, 3, 4, 12].map((partitions) => layoutOf(createMemoryEventSink({ partitions })));
    expect(new Set(layouts).size).toBe(5);
    expect(layoutOf(createMemoryEventSink({ partitions: 3 }))).toBe(layouts[2]);
  });
});
