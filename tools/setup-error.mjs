/** What a person has to put right: the message says what is missing, why it is needed and how to get it. */
export class SetupError extends Error {
  /** @param {string} message @param {{ cause?: unknown }} [options] */
  constructor(message, options) {
    super(message, options);
    this.name = 'SetupError';
  }
}

/** The text of anything thrown, without its stack. @param {unknown} thrown @returns {string} */
export function messageOf(thrown) {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/**
 * The edge of a command: runs `main` and ends the process with 2 and a bare message when a SetupError comes out,
 * with 1 and the stack when anything else does.
 * @param {() => Promise<number | void>} main answers the exit code, 0 when nothing
 */
export async function atTheEdge(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    const expected = error instanceof SetupError;
    process.stderr.write(`${expected ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = expected ? 2 : 1;
  }
}
