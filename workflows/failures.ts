import { ActivityFailure, ApplicationFailure, ChildWorkflowFailure } from '@temporalio/workflow';

/** What went wrong, in the words of whoever first said it. */
export function reasonOf(failure: unknown): string {
  if ((failure instanceof ActivityFailure || failure instanceof ChildWorkflowFailure) && failure.cause !== undefined) {
    return reasonOf(failure.cause);
  }
  if (failure instanceof ApplicationFailure) return `${failure.type ?? 'Error'}: ${failure.message}`;
  return failure instanceof Error ? failure.message : String(failure);
}
