import fc from 'fast-check';
import { Agenda } from './agenda.ts';

interface Entry {
  readonly id: number;
  at: number;
}

const times = fc.array(fc.nat({ max: 50 }), { minLength: 1, maxLength: 60 });

describe('agenda', () => {
  it('gives out by time, then by id, however times move on', () => {
    fc.assert(
      fc.property(times, fc.array(fc.nat({ max: 30 }), { maxLength: 100 }), (starts, steps) => {
        const agenda = new Agenda<Entry>();
        const present = starts.map((at, id): Entry => ({ id, at }));
        for (const entry of present) agenda.push(entry);
        for (const step of steps) {
          const top = agenda.top;
          const first = [...present].sort((a, b) => a.at - b.at || a.id - b.id)[0];
          expect(top).toBe(first);
          if (top === undefined) break;
          if (step === 0) {
            agenda.pop();
            present.splice(present.indexOf(top), 1);
          } else {
            top.at += step;
            agenda.settleTop();
          }
          expect(agenda.size).toBe(present.length);
        }
      }),
    );
  });

  it('is empty in the end', () => {
    const agenda = new Agenda<Entry>();
    agenda.push({ id: 1, at: 1 });
    agenda.pop();
    agenda.pop();
    expect(agenda.top).toBeUndefined();
    expect(agenda.size).toBe(0);
  });
});
