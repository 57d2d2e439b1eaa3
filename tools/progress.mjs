/**
 * Where a tool says what it does.
 * @typedef {object} Log
 * @property {(text: string) => void} line prints one finished line
 * @property {(part: string, text: string) => Step} start begins the progress line of a part
 */

/**
 * The progress line of one part.
 * @typedef {object} Step
 * @property {(text: string) => void} say what is done now
 * @property {() => number} end takes the line away and answers the seconds since `start`
 */

const NAME_WIDTH = 10;
const TERMINAL_TICK_MS = 1000;
const FILE_TICK_MS = 30_000;

/**
 * A log on a stream: on a terminal the last line shows what runs with its elapsed time; in a file each stage is one line,
 * with one more every 30 seconds.
 * @param {{ write: (text: string) => unknown, isTTY?: boolean, columns?: number }} [stream]
 * @returns {Log}
 */
export function createLog(stream = process.stderr) {
  const terminal = stream.isTTY === true;
  /** @type {Map<string, { text: string, since: number }>} */
  const active = new Map();
  /** @type {NodeJS.Timeout | undefined} */
  let timer;

  const clear = () => terminal && active.size > 0 && stream.write('\r\x1b[2K');
  const draw = () => {
    if (active.size === 0) return;
    const lines = [...active].map(([part, { text, since }]) => `${label(part)}${text} … ${elapsed(secondsSince(since))}`);
    if (!terminal) return void stream.write(`${lines.join('\n')}\n`);
    stream.write(`\r\x1b[2K${lines.join(' · ').slice(0, (stream.columns ?? 100) - 1)}`);
  };
  /** @param {string} text */
  const line = (text) => {
    clear();
    stream.write(`${text}\n`);
    if (terminal) draw();
  };
  /** @param {string} part @param {string} text */
  const start = (part, text) => {
    const since = Date.now();
    /** @param {string} now */
    const say = (now) => {
      active.set(part, { text: now, since });
      if (terminal) draw();
      else stream.write(`${label(part)}${now}\n`);
    };
    const end = () => {
      clear();
      active.delete(part);
      if (active.size === 0) clearInterval(timer);
      else if (terminal) draw();
      return secondsSince(since);
    };
    if (active.size === 0) timer = setInterval(draw, terminal ? TERMINAL_TICK_MS : FILE_TICK_MS).unref();
    say(text);
    return { say, end };
  };
  return { line, start };
}

/** A name padded to the column that every line of a start shares. @param {string} part @returns {string} */
export function label(part) {
  return `${part.padEnd(NAME_WIDTH)} `;
}

/** Seconds as `42 s` or `2 min 5 s`. @param {number} seconds @returns {string} */
export function elapsed(seconds) {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** @param {number} since */
function secondsSince(since) {
  return (Date.now() - since) / 1000;
}
