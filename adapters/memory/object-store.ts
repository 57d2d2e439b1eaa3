import { requireObjectPath } from '../../core/ports/object-path.ts';
import type { ObjectStore, StoredObject } from '../../core/ports/object-store.ts';

/** Objects in memory, gone with the process; `now` gives the time they are said to be written at, epoch milliseconds. */
export function createMemoryStore({ now = Date.now }: { readonly now?: () => number } = {}): ObjectStore {
  const objects = new Map<string, { readonly content: Uint8Array; readonly at: number }>();

  async function* list(prefix: string): AsyncIterable<StoredObject> {
    const paths = [...objects.keys()].filter((path) => path.startsWith(prefix)).sort();
    for (const path of paths) {
      const object = objects.get(path);
      if (object !== undefined) yield { path, bytes: object.content.length, at: object.at };
      await Promise.resolve();
    }
  }

  return {
    async putIfAbsent(path, content) {
      requireObjectPath(path);
      await Promise.resolve();
      if (objects.has(path)) return 'exists';
      objects.set(path, { content: Uint8Array.from(content), at: now() });
      return 'written';
    },
    async get(path) {
      const object = objects.get(requireObjectPath(path));
      return Promise.resolve(object === undefined ? null : Uint8Array.from(object.content));
    },
    list,
    async remove(path) {
      objects.delete(requireObjectPath(path));
      return Promise.resolve();
    },
  };
}
