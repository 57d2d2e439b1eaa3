import fc from 'fast-check';
import type { ObjectStore, StoredObject } from '../../core/ports/object-store.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function listed(store: ObjectStore, prefix: string): Promise<readonly StoredObject[]> {
  const found: StoredObject[] = [];
  for await (const object of store.list(prefix)) found.push(object);
  return found;
}

/** What every object store must do; `open` gives an empty one. */
export function describeObjectStore(name: string, open: () => Promise<ObjectStore>): void {
  describe(`${name} as ObjectStore`, () => {
    it('gives back what was put', async () => {
      const store = await open();
      const content = Uint8Array.from({ length: 100_000 }, (_, index) => index % 251);
      expect(await store.putIfAbsent('topic/2026/11/20/00/0-0-ab.parquet', content)).toBe('written');
      expect(Buffer.from((await store.get('topic/2026/11/20/00/0-0-ab.parquet')) ?? []).equals(content)).toBe(true);
    });

    it('keeps the first content of a path', async () => {
      const store = await open();
      await store.putIfAbsent('a/b', bytes('first'));
      expect(await store.putIfAbsent('a/b', bytes('second'))).toBe('exists');
      expect(Buffer.from((await store.get('a/b')) ?? []).toString()).toBe('first');
    });

    it('is not changed through the buffers it took or gave', async () => {
      const store = await open();
      const content = bytes('abc');
      await store.putIfAbsent('a', content);
      content.fill(0);
      (await store.get('a'))?.fill(1);
      expect(Buffer.from((await store.get('a')) ?? []).toString()).toBe('abc');
    });

    it('keeps an empty object apart from a missing one', async () => {
      const store = await open();
      await store.putIfAbsent('empty', new Uint8Array());
      expect((await store.get('empty'))?.length).toBe(0);
      expect(await store.get('missing')).toBeNull();
      expect(await store.get('empty/below')).toBeNull();
    });

    it('lets exactly one of many writers win, whole', async () => {
      const store = await open();
      const texts = Array.from({ length: 20 }, (_, index) => `writer ${String(index)} `.repeat(5_000));
      const outcomes = await Promise.all(texts.map((text) => store.putIfAbsent('race/0.json', bytes(text))));
      expect(outcomes.filter((outcome) => outcome === 'written')).toHaveLength(1);
      expect(Buffer.from((await store.get('race/0.json')) ?? []).toString()).toBe(texts[outcomes.indexOf('written')]);
    });

    it('lists by prefix, ascending by path across folders', async () => {
      const segment = fc.stringMatching(/^[a-c_]([a-c.-]{0,2}[a-c])?$/);
      const paths = fc.uniqueArray(fc.array(segment, { minLength: 1, maxLength: 3 }), {
        maxLength: 12,
        selector: (path) => path.join('/'),
      });
      await fc.assert(
        fc.asyncProperty(paths, fc.stringMatching(/^([a-c_][a-c]?(\/[a-c]?)?)?$/), async (parts, prefix) => {
          const store = await open();
          const all = parts.map((path) => `${path.join('/')}.x`);
          for (const path of all) await store.putIfAbsent(path, bytes(path));
          const expected = all.filter((path) => path.startsWith(prefix)).sort();
          const found = await listed(store, prefix);
          expect(found.map(({ path, bytes: size }) => [path, size])).toEqual(expected.map((path) => [path, path.length]));
        }),
        { numRuns: 25 },
      );
    });

    it('says when an object was written, in milliseconds, also after another writer came too late', async () => {
      const store = await open();
      await store.putIfAbsent('a', bytes('x'));
      const [first] = await listed(store, '');
      await store.putIfAbsent('a', bytes('y'));
      expect(await listed(store, '')).toEqual([first]);
      expect(Number.isSafeInteger(first?.at)).toBe(true);
      expect(Math.abs((first?.at ?? 0) - Date.now())).toBeLessThan(3_600_000);
    });

    it('removes, also what is not there', async () => {
      const store = await open();
      await store.putIfAbsent('a/b', bytes('x'));
      await store.remove('a/b');
      await store.remove('a/b');
      await store.remove('never/was');
      expect(await store.get('a/b')).toBeNull();
      expect(await listed(store, '')).toEqual([]);
      expect(await store.putIfAbsent('a/b', bytes('y'))).toBe('written');
    });

    it.each(['', '/etc/passwd', '../up', 'a/../../up', 'a//b', 'a/', './a', '.tmp/a', 'a\\b', 'a b', 'a\u0000'])(
      'refuses the path %j',
      async (path) => {
        const store = await open();
        await expect(store.putIfAbsent(path, bytes('x'))).rejects.toMatchObject({ code: 'BAD_REQUEST' });
        await expect(store.get(path)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
        await expect(store.remove(path)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
      },
    );
  });
}
