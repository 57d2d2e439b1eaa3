import { createFetchedLake, createLakeFolder, type LakeFiles } from '../adapters/duckdb/lake-files.ts';
import { createFileStore } from '../adapters/files/object-store.ts';
import type { ObjectStore } from '../core/ports/object-store.ts';
import type { Config } from '../temporal.config.ts';

/** The lake of this configuration: a folder, or a bucket of Google's or of what stands in for it. */
export async function openObjects(config: Config): Promise<ObjectStore> {
  if (config.profile === 'local') return createFileStore(config.folders.lake);
  const { openBucket } = await import('./open-google.ts');
  return openBucket(config);
}

/** How DuckDB reaches the files of that lake. */
export function openLakeFiles({ profile, folders, encoder }: Config, objects: ObjectStore): LakeFiles {
  return profile === 'local' ? createLakeFolder(folders.lake) : createFetchedLake(objects, { scratchDir: encoder.scratch });
}
