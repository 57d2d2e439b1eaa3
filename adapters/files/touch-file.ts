import { utimes, writeFile } from 'node:fs/promises';

/** Gives a file the time of now; makes it, empty, where it is not there. */
export async function touchFile(file: string): Promise<void> {
  const now = new Date();
  await utimes(file, now, now).catch(() => writeFile(file, ''));
}
