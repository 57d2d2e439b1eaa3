import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a part remembers of how it was made, small words and paths. @typedef {Record<string, string>} Details */

const STAMP = 'stamp.json';

/**
 * The details in a part's stamp, or null when the part is absent, half-made or made by another recipe.
 * @param {string} folder @param {string} recipe @returns {Details | null}
 */
export function readStamp(folder, recipe) {
  const file = join(folder, STAMP);
  if (!existsSync(file)) return null;
  /** @type {unknown} */
  const stamp = JSON.parse(readFileSync(file, 'utf8'));
  if (!isDetails(stamp)) return null;
  const { recipe: made, ...details } = stamp;
  return made === recipe ? details : null;
}

/**
 * Makes `folder` in a temporary one beside it, which takes its name when `build` is through and the stamp is written.
 * @param {string} folder
 * @param {string} recipe
 * @param {(temporary: string) => Promise<Details>} build
 * @returns {Promise<Details>}
 */
export async function buildStamped(folder, recipe, build) {
  const temporary = `${folder}.${process.pid}.new`;
  removeOthers(folder);
  mkdirSync(temporary, { recursive: true });
  try {
    const details = await build(temporary);
    writeFileSync(join(temporary, STAMP), `${JSON.stringify({ recipe, ...details })}\n`);
    rmSync(folder, { recursive: true, force: true });
    renameSync(temporary, folder);
    return details;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** What an interrupted build of `folder` left; the caller holds the lock, so nobody needs it. @param {string} folder */
function removeOthers(folder) {
  const parent = join(folder, '..');
  if (!existsSync(parent)) return;
  for (const name of readdirSync(parent)) {
    const path = join(parent, name);
    if (path.startsWith(`${folder}.`) && name.endsWith('.new')) rmSync(path, { recursive: true, force: true });
  }
}

/** A short fingerprint of texts. @param {...string} texts @returns {string} */
export function fingerprint(...texts) {
  return createHash('sha256').update(texts.join('\0')).digest('hex').slice(0, 16);
}

/** @param {unknown} value @returns {value is Details} */
function isDetails(value) {
  return typeof value === 'object' && value !== null && Object.values(value).every((entry) => typeof entry === 'string');
}
