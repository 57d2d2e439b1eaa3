/** @typedef {import('./stamp.mjs').Details} Details */

/**
 * One build in progress.
 * @typedef {object} Work
 * @property {string} folder the temporary folder to fill
 * @property {string} home where the folder will lie once whole
 * @property {NodeJS.ProcessEnv} env
 * @property {(what: string) => void} say changes the progress line
 */

/**
 * One thing of the local toolchain.
 * @template P
 * @typedef {object} Part
 * @property {string} version stands in its folder's name
 * @property {string} purpose what it is needed for, in a few words
 * @property {() => string} recipe changes when what would be built changes
 * @property {(env: NodeJS.ProcessEnv) => Details | null} given what the environment already gives, so that nothing is made
 * @property {(work: Work) => Promise<Details>} build fills the folder; `how` in the details says by which way
 * @property {(folder: string, details: Details) => boolean} intact false when something it points at is gone
 * @property {(folder: string, details: Details) => P} locate the paths its users need
 */

/** A way a part may be had, tried in order. @typedef {{ name: string, attempt: () => Promise<Details> }} Way */

/** Type check of a part's definition. @template P @param {Part<P>} part @returns {Part<P>} */
export function definePart(part) {
  return part;
}
