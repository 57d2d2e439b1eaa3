import type { Stats } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { requireObjectPath } from '../../core/ports/object-path.ts';
import type { ObjectStore, StoredObject } from '../../core/ports/object-store.ts';
import { createDurableWriter, SCRATCH } from './durable-write.ts';
import { codeOf, fail } from './system-error.ts';

const NOT_THERE = new Set(['ENOENT', 'ENOTDIR', 'EISDIR']);

/**
 * Objects as files under `rootDir`, which is made when missing. An object is created only: written beside, made durable,
 * then linked to its name. What a crash leaves lies in `.tmp`, which no listing shows.
 */
export function createFileStore(rootDir: string): ObjectStore {
  const root = resolve(rootDir);
  const write = createDurableWriter(root);
  const fileOf = (path: string): string => join(root, requireObjectPath(path));

  return {
    async putIfAbsent(path, content) {
      const file = fileOf(path);
      return write(file, content).catch((cause: unknown) => fail('write', file, cause));
    },
    async get(path) {
      const file = fileOf(path);
      return readFile(file).catch((cause: unknown) => (NOT_THERE.has(codeOf(cause)) ? null : fail('read', file, cause)));
    },
    list: (prefix) => walk(root, '', prefix),
    async remove(path) {
      const file = fileOf(path);
      await rm(file, { force: true }).catch((cause: unknown) =>
        codeOf(cause) === 'ENOTDIR' ? undefined : fail('remove', file, cause),
      );
    },
  };
}

/** Depth first in order of whole paths: a folder sorts as its name with the slash. */
async function* walk(root: string, folder: string, prefix: string): AsyncIterable<StoredObject> {
  for (const name of await namesIn(root, folder)) {
    const path = folder + name;
    if (path === `${SCRATCH}/`) continue;
    if (name.endsWith('/')) {
      if (path.startsWith(prefix) || prefix.startsWith(path)) yield* walk(root, path, prefix);
    } else if (path.startsWith(prefix)) {
      const stats = await statsOf(join(root, path));
      if (stats !== null) yield { path, bytes: stats.size, at: Math.floor(stats.mtimeMs) };
    }
  }
}

async function namesIn(root: string, folder: string): Promise<readonly string[]> {
  const at = join(root, folder);
  const entries = await readdir(at, { withFileTypes: true }).catch((cause: unknown) =>
    NOT_THERE.has(codeOf(cause)) ? [] : fail('list', at, cause),
  );
  return entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)).sort();
}

async function statsOf(file: string): Promise<Stats | null> {
  return stat(file).catch((cause: unknown) => (NOT_THERE.has(codeOf(cause)) ? null : fail('list', file, cause)));
}
