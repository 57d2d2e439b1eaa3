import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SoundFlowError } from '../../core/errors.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { openScratch, scratchFailure, type Scratch } from './scratch.ts';

/** A file of the lake that can be opened on this machine: `path` relative to the lake's root, `file` where it lies. */
export interface LocalFile {
  readonly path: string;
  readonly file: string;
}

/** How the lake's files come within reach of the database. */
export interface LakeFiles {
  /** All of `paths`, in lots; the files of one lot can be opened until the next is asked for. @throws DAMAGED when one is missing, UNAVAILABLE */
  lots(paths: readonly string[]): AsyncIterable<readonly LocalFile[]>;
}

/** Files read by one statement: keeps its text and the files open at once within bounds. */
const LOT_FILES = 1000;

/** Bytes fetched before they are read and removed; each file of the fetch that passes this is still part of the lot. */
const LOT_BYTES = 134_217_728;

/** Files fetched at the same time, each whole in memory until it is written. */
const FETCHED_AT_ONCE = 4;

/** A lake that is a folder: its files are read where they lie. */
export function createLakeFolder(lakeDir: string): LakeFiles {
  const root = resolve(lakeDir);
  return {
    async *lots(paths) {
      for (let from = 0; from < paths.length; from += LOT_FILES) {
        yield paths.slice(from, from + LOT_FILES).map((path) => ({ path, file: join(root, path) }));
        await Promise.resolve();
      }
    },
  };
}

/** A lake behind an object store: its files are fetched into a scratch folder (as openScratch takes it), and go as soon as they are read. */
export function createFetchedLake(
  objects: ObjectStore,
  { scratchDir, lotBytes = LOT_BYTES }: { readonly scratchDir: string | null; readonly lotBytes?: number },
): LakeFiles {
  return {
    async *lots(paths) {
      const scratch = await openScratch(scratchDir);
      try {
        let lot: LocalFile[] = [];
        let bytes = 0;
        for (let from = 0; from < paths.length; from += FETCHED_AT_ONCE) {
          const fetched = await Promise.all(
            paths.slice(from, from + FETCHED_AT_ONCE).map((path) => fetch(objects, scratch, path)),
          );
          lot.push(...fetched);
          bytes += fetched.reduce((sum, file) => sum + file.bytes, 0);
          if (bytes < lotBytes && lot.length < LOT_FILES) continue;
          yield lot;
          await Promise.all(lot.map(({ file }) => scratch.remove(file)));
          [lot, bytes] = [[], 0];
        }
        if (lot.length > 0) yield lot;
      } finally {
        await scratch.close();
      }
    },
  };
}

async function fetch(objects: ObjectStore, scratch: Scratch, path: string): Promise<LocalFile & { readonly bytes: number }> {
  const content = await objects.get(path);
  if (content === null) {
    const message = `lake: the log names ${path}, and there is no such object. Restore it, or rebuild the hour from the broker.`;
    throw new SoundFlowError('DAMAGED', message);
  }
  const file = scratch.newFile('.parquet');
  await writeFile(file, content).catch((cause: unknown) => {
    throw scratchFailure(cause, scratch.folder);
  });
  return { path, file, bytes: content.length };
}
