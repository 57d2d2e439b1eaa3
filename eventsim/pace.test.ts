import { Pace } from './pace.ts';

describe('pace', () => {
  it('is the clock itself at speed 1', () => {
    const pace = new Pace({ clock: 1_000, simulated: 1_000, speed: 1 });
    expect([pace.simulatedAt(5_000), pace.clockAt(5_000)]).toEqual([5_000, 5_000]);
  });

  it('goes faster and slower', () => {
    const fast = new Pace({ clock: 1_000, simulated: 50_000, speed: 60 });
    expect([fast.simulatedAt(2_000), fast.clockAt(110_000)]).toEqual([110_000, 2_000]);
    const slow = new Pace({ clock: 1_000, simulated: 50_000, speed: 0.5 });
    expect([slow.simulatedAt(2_000), slow.clockAt(50_500)]).toEqual([50_500, 2_000]);
  });

  it.each([0.3, 1, 7, 999])('is due at the time it says, at speed %d', (speed) => {
    const pace = new Pace({ clock: 1_795_132_800_000, simulated: 1_795_000_000_000, speed });
    for (let at = 1_795_000_000_000; at < 1_795_000_050_000; at += 777) {
      expect(pace.simulatedAt(pace.clockAt(at))).toBeGreaterThanOrEqual(at);
    }
  });
});
