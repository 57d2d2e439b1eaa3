import { messageOf, SoundFlowError } from '../core/errors.ts';

/** Codes whose cause is what was typed or set: exit code 2 instead of 1. */
const MISTAKES: readonly string[] = ['BAD_REQUEST', 'BAD_SETTING', 'BAD_ASSET'];

/** The process's edge: runs `work`, and turns what it throws into one message without a stack trace, and an exit code. */
export async function atTheEdge(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (failure) {
    process.stderr.write(`soundflow: ${messageOf(failure)}\n`);
    process.exitCode = failure instanceof SoundFlowError && MISTAKES.includes(failure.code) ? 2 : 1;
  }
}
