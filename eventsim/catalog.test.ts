import { makeCatalog } from './catalog.ts';
import { Population } from './population.ts';
import { Random } from './random.ts';
import { theWorld } from './world.ts';

const catalog = makeCatalog();

describe('catalogue', () => {
  it('is the same every time', () => {
    expect(makeCatalog()).toEqual(catalog);
  });

  it('has thousands of songs, each once, of hundreds of artists', () => {
    const names = catalog.map(([{ artist, song }]) => `${artist}/${song}`);
    expect(names.length).toBe(4000);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(catalog.map(([{ artist }]) => artist)).size).toBeGreaterThan(700);
    for (const name of names) expect(name).toMatch(/^\S.*\S\/\S(.*\S)?$/u);
  });

  it('has songs of 30 to 600 seconds, half of them shorter than about 230', () => {
    const durations = catalog.map(([{ duration }]) => duration).sort((a, b) => a - b);
    expect(durations[0]).toBeGreaterThanOrEqual(30);
    expect(durations.at(-1)).toBeLessThanOrEqual(600);
    expect(Math.abs((durations[2000] ?? 0) - 230)).toBeLessThan(8);
  });

  it('is heard by a law of Zipf: a hundredth of the songs makes a third of the plays', () => {
    const { songs } = theWorld();
    const random = new Random(5, 5);
    const plays = new Map<object, number>();
    for (let play = 0; play < 100_000; play += 1) {
      const song = songs.draw(random);
      plays.set(song, (plays.get(song) ?? 0) + 1);
    }
    const ranked = [...plays.values()].sort((a, b) => b - a);
    const head = ranked.slice(0, 40).reduce((sum, count) => sum + count, 0);
    expect(head / 100_000).toBeGreaterThan(0.3);
    expect(head / 100_000).toBeLessThan(0.36);
    expect((ranked[4] ?? 0) / (ranked[94] ?? 1)).toBeGreaterThan(7);
    expect((ranked[4] ?? 0) / (ranked[94] ?? 1)).toBeLessThan(13);
  });
});

describe('population', () => {
  const random = new Random(8, 8);
  const population = new Population();
  const people = Array.from({ length: 20_000 }, () => population.draw(random));

  it('lives in every state, with postal codes of five digits, on the map', () => {
    expect(new Set(people.map(({ place }) => place.state)).size).toBe(51);
    for (const { place } of people) {
      expect(place.zip).toMatch(/^\d{5}$/);
      expect(place.state).toMatch(/^[A-Z]{2}$/);
      expect(place.lat > 18 && place.lat < 72 && place.lon > -178 && place.lon < -66).toBe(true);
    }
  });

  it('is half women, and has common names more often than rare ones', () => {
    const share = (is: (person: (typeof people)[number]) => boolean): number => people.filter(is).length / people.length;
    expect(Math.abs(share(({ given }) => given.gender === 'F') - 0.5)).toBeLessThan(0.02);
    expect(share(({ lastName }) => lastName === 'Smith')).toBeGreaterThan(10 * share(({ lastName }) => lastName === 'Fuller'));
    expect(share(({ place }) => place.city === 'Los Angeles')).toBeGreaterThan(5 * share(({ place }) => place.city === 'Tulsa'));
  });

  it('has names and devices without stray spaces or quotes', () => {
    for (const { lastName, given, userAgent } of people) {
      expect(`${given.firstName} ${lastName}`).toMatch(/^\p{Lu}[\p{L}'’]+ \p{Lu}[\p{L}'’]+$/u);
      expect(userAgent).toMatch(/^Mozilla\/5\.0 \(.+\) [A-Za-z]+\/[\d.]+.*[\d.]$/);
    }
  });
});
