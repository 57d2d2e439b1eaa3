import { requireObjectPath } from '../../core/ports/object-path.ts';
import type { ObjectStore, StoredObject } from '../../core/ports/object-store.ts';

/** Objects in memory, gone with the process. */
export function createMemoryStore(): ObjectStore {
  const objects = new Map<string, Uint8Array>();

  async function* list(prefix: string): AsyncIterable<StoredObject> {
    const paths = [...objects.keys()].filter((path) => path.startsWith(prefix)).sort();
    for (const path of paths) {
      const content = objects.get(path);
      if (content !== undefined) yield { path, bytes: content.length };
      await Promise.resolve();
    }
  }

  return {
    async putIfAbsent(path, content) {
      requireObjectPath(path);
      await Promise.resolve();
      if (objects.has(path)) return 'exists';
      objects.set(path, Uint8Array.from(content));
      return 'written';
    },
    async get(path) {
      const content = objects.get(requireObjectPath(path));
      return Promise.resolve(content === undefined ? null : Uint8Array.from(content));
    },
    list,
    async remove(path) {
      objects.delete(requireObjectPath(path));
      return Promise.resolve();
    },
  };
}
