import { copyFileSync, mkdirSync, openSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';

const LARGEST = 20 * 1024 * 1024;
const CHECK_MS = 5000;

/** The log files of a home's parts. @typedef {ReturnType<typeof openLogFiles>} LogFiles */

/**
 * Log files in `folder`, one per part, appended to. A file that passes `largest` bytes is copied to `.1`, replacing the
 * one before, and emptied in place, since its writer keeps it open.
 * @param {string} folder
 * @param {{ largest?: number, checkMs?: number }} [limits]
 */
export function openLogFiles(folder, { largest = LARGEST, checkMs = CHECK_MS } = {}) {
  mkdirSync(folder, { recursive: true });
  /** @type {Set<string>} */
  const files = new Set();
  const rotate = () => {
    for (const file of files) {
      if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) <= largest) continue;
      copyFileSync(file, `${file}.1`);
      truncateSync(file);
    }
  };
  const timer = setInterval(rotate, checkMs).unref();
  return {
    /** A descriptor to append to the log of `part`; the caller closes it. @param {string} part @returns {number} */
    open(part) {
      files.add(fileOf(part));
      rotate();
      return openSync(fileOf(part), 'a');
    },
    /** @param {string} part @returns {string} */
    path: (part) => fileOf(part),
    /** Ends the watching. */
    close: () => clearInterval(timer),
  };

  /** @param {string} part */
  function fileOf(part) {
    return join(folder, `${part}.log`);
  }
}
