import { messageOf, SoundFlowError } from '../core/errors.ts';

/** Codes whose cause is what was typed or set: exit code 2 instead of 1. */
const MISTAKES: readonly string[] = ['BAD_REQUEST', 'BAD_SETTING', 'BAD_ASSET'];

/** The process's edge: runs `work` and answers its exit code; what it throws becomes one message without a stack trace. */
export async function atTheEdge(work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (failure) {
    process.stderr.write(`soundflow: ${messageOf(failure)}\n`);
    return isMistake(failure) ? 2 : 1;
  }
}

function isMistake(failure: unknown): boolean {
  if (failure instanceof SoundFlowError) return MISTAKES.includes(failure.code);
  return failure instanceof Error && failure.name === 'SetupError';
}
