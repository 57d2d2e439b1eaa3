const ENDING = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
const SAME_KEYSTROKE_MS = 500;

/**
 * Turns SIGINT, SIGTERM and SIGHUP into one orderly stop, and a second SIGINT into an end at once. A terminal and npm
 * may each deliver the same Ctrl-C, so a SIGINT within half a second of the first is the same one.
 * @param {{ stop: (signal: NodeJS.Signals) => void, hurry: () => void }} handlers
 * @returns {() => void} takes the handlers away
 */
export function onSignals({ stop, hurry }) {
  /** @type {number | null} */
  let first = null;
  /** @param {NodeJS.Signals} signal */
  const receive = (signal) => {
    if (first === null) {
      first = Date.now();
      stop(signal);
    } else if (signal === 'SIGINT' && Date.now() - first > SAME_KEYSTROKE_MS) {
      hurry();
    }
  };
  for (const signal of ENDING) process.on(signal, receive);
  return () => {
    for (const signal of ENDING) process.off(signal, receive);
  };
}
