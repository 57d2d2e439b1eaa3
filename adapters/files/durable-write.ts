import { link, mkdir, open, rm } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import { SoundFlowError } from '../../core/errors.ts';
import { codeOf } from './system-error.ts';

/** Folder under a store's root for files being written; no object's path can name it. */
export const SCRATCH = '.tmp';

/** Makes files under `root` that are whole and durable from the moment their name exists. */
export function createDurableWriter(root: string): (file: string, content: Uint8Array) => Promise<'written' | 'exists'> {
  /** Folders whose names are known to survive a power cut. */
  const durable = new Set<string>();

  async function ensureFolder(folder: string): Promise<void> {
    const made = await mkdir(folder, { recursive: true });
    if (made !== undefined) durable.clear();
    const top = made !== undefined && root.startsWith(made) ? made : root;
    const fresh: string[] = [];
    for (let at = folder; at.startsWith(top) && !durable.has(at); at = dirname(at)) fresh.push(at);
    for (const at of fresh) await sync(dirname(at));
    for (const at of fresh) durable.add(at);
  }

  return async (file, content) => {
    const scratch = join(root, SCRATCH, randomUUID());
    await ensureFolder(dirname(file));
    await mkdir(dirname(scratch), { recursive: true });
    try {
      await writeWhole(scratch, content);
      const outcome = await linkOnce(scratch, file);
      await sync(dirname(file));
      return outcome;
    } finally {
      await rm(scratch, { force: true });
    }
  };
}

async function writeWhole(file: string, content: Uint8Array): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function linkOnce(from: string, to: string): Promise<'written' | 'exists'> {
  try {
    await link(from, to);
    return 'written';
  } catch (cause) {
    if (codeOf(cause) === 'EEXIST') return 'exists';
    if (!['EPERM', 'ENOTSUP', 'ENOSYS', 'EMLINK'].includes(codeOf(cause))) throw cause;
    const message = `lake at ${dirname(to)}: its file system makes no hard links. Move the lake to a local disk (SOUNDFLOW_HOME).`;
    throw new SoundFlowError('BAD_SETTING', message, { cause });
  }
}

async function sync(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
