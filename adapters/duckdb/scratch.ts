import { constants, rmSync } from 'node:fs';
import { access, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { SoundFlowError } from '../../core/errors.ts';
import { firstLine, isSystemError, textOf } from './failure.ts';

const IN_MEMORY = '/dev/shm';
const PREFIX = `soundflow-scratch-${hostname().replaceAll(/[^A-Za-z0-9]/g, '_')}-`;

/** A folder of this process for files that live as long as one piece of work. */
export interface Scratch {
  readonly folder: string;
  /** The path of a file that was not named before. */
  newFile(suffix: string): string;
  /** Removes a file; one that is not there is no error. */
  remove(file: string): Promise<void>;
  /** Removes the folder with all that is in it. */
  close(): Promise<void>;
}

/**
 * Opens a folder in `parent`, by default in memory where the machine has a place for that, else on disk. It goes when the
 * process ends; those that killed processes of this machine left behind are removed now. @throws UNAVAILABLE when no folder can be made there.
 */
export async function openScratch(parent: string | null): Promise<Scratch> {
  const place = parent ?? (await defaultPlace());
  try {
    await mkdir(place, { recursive: true });
    await removeLeftovers(place);
    const folder = await mkdtemp(join(place, `${PREFIX}${String(process.pid)}-`));
    const onExit = () => {
      rmSync(folder, { recursive: true, force: true });
    };
    process.once('exit', onExit);
    let files = 0;
    return {
      folder,
      newFile: (suffix) => join(folder, `${String((files += 1))}${suffix}`),
      remove: (file) => rm(file, { force: true }),
      close: async () => {
        process.off('exit', onExit);
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (cause) {
    throw scratchFailure(cause, place);
  }
}

async function defaultPlace(): Promise<string> {
  return access(IN_MEMORY, constants.W_OK).then(
    () => IN_MEMORY,
    () => tmpdir(),
  );
}

async function removeLeftovers(place: string): Promise<void> {
  for (const name of await readdir(place)) {
    const pid = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : Number.NaN;
    if (pid > 0 && (await isLeftover(join(place, name), pid))) await rm(join(place, name), { recursive: true, force: true });
  }
}

/** A container that starts again has the number of the one before. */
async function isLeftover(folder: string, pid: number): Promise<boolean> {
  if (pid !== process.pid) return !isRunning(pid);
  const startedAt = Date.now() - process.uptime() * 1000;
  return stat(folder).then(
    ({ birthtimeMs }) => birthtimeMs < startedAt,
    () => false,
  );
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (cause) {
    return !isSystemError(cause, 'ESRCH');
  }
}

/** True when what was thrown is about a full disk, a limit on the size of files, or memory. */
export function isNoRoom(cause: unknown): boolean {
  return (
    ['ENOSPC', 'EFBIG', 'EDQUOT'].some((code) => isSystemError(cause, code)) ||
    /No space left|Disk quota|File too large|Out of Memory|max_temp_directory_size/i.test(textOf(cause))
  );
}

/** What something thrown while working in the scratch folder means. */
export function scratchFailure(cause: unknown, folder: string): SoundFlowError {
  if (cause instanceof SoundFlowError) return cause;
  const advice = isNoRoom(cause)
    ? 'There is no room for the files of an hour. Free some, or name a larger place in LANDING_SCRATCH.'
    : 'Check that the folder can be written, or name another in LANDING_SCRATCH.';
  return new SoundFlowError('UNAVAILABLE', `scratch folder ${folder}: ${firstLine(cause)}. ${advice}`, { cause });
}
