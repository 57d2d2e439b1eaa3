import { folderOf, type Hour } from '../core/hours.ts';
import type { DeadLetterFile, LandedFile } from '../core/landing/commit.ts';
import type { EncodedFile } from '../core/ports/encoder.ts';
import type { ObjectStore } from '../core/ports/object-store.ts';

/** Where a file of a topic's table belongs: its landing hour, the commit it is meant for, and which part of that it is. */
export interface FilePlace {
  readonly topic: string;
  readonly hour: Hour;
  readonly position: number;
  readonly part: string;
}

/** Puts a file of rows under a name that depends on its content, `YYYY/MM/DD/HH/<position>-<part>-<hash>.parquet`. No reader sees it until a commit names it. */
export async function putRows(objects: ObjectStore, place: FilePlace, file: EncodedFile): Promise<LandedFile> {
  return { ...(await put(objects, { ...place, area: '' }, file)), ranges: file.ranges };
}

/** Puts a file of dead letters, named likewise under `_dead_letters/`. */
export function putDeadLetters(objects: ObjectStore, place: FilePlace, file: EncodedFile): Promise<DeadLetterFile> {
  return put(objects, { ...place, area: '_dead_letters/' }, file);
}

async function put(
  objects: ObjectStore,
  { topic, hour, position, part, area }: FilePlace & { readonly area: string },
  { content, digest, rows }: EncodedFile,
): Promise<DeadLetterFile> {
  const path = `${area}${folderOf(hour)}/${String(position)}-${part}-${digest.slice(0, 16)}.parquet`;
  await objects.putIfAbsent(`${topic}/${path}`, content);
  return { path, bytes: content.length, rows, digest };
}
