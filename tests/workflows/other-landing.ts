import { continueAsNew, sleep, workflowInfo } from '@temporalio/workflow';

/** A landing workflow whose history ours cannot replay: it has continued as new once, and waits. */
export async function landTopic(start: unknown): Promise<void> {
  if (workflowInfo().continuedFromExecutionRunId === undefined) await continueAsNew<typeof landTopic>(start);
  await sleep('1 hour');
}
