import { createFetchedLake, createLakeFolder, type LakeFiles } from '../adapters/duckdb/lake-files.ts';
import { createFileStore } from '../adapters/files/object-store.ts';
import { createGcsStore } from '../adapters/gcs/object-store.ts';
import type { ObjectStore } from '../core/ports/object-store.ts';
import type { Config } from '../temporal.config.ts';

/** The lake of this configuration: a folder, or a bucket of Google's or of what stands in for it. */
export function openObjects({ profile, folders, google }: Config): ObjectStore {
  if (profile === 'local') return createFileStore(folders.lake);
  const { bucket, endpoint } = google.storage;
  return createGcsStore({
    bucket,
    endpoint,
    credentials: profile === 'gcp' ? 'google' : 'none',
    keyFile: profile === 'gcp' ? google.keyFile : null,
  });
}

/** How DuckDB reaches the files of that lake. */
export function openLakeFiles({ profile, folders, encoder }: Config, objects: ObjectStore): LakeFiles {
  return profile === 'local' ? createLakeFolder(folders.lake) : createFetchedLake(objects, { scratchDir: encoder.scratch });
}
