import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import { landingFrom } from '../core/landing/status.ts';
import { BACKFILLS_ID, landingId } from '../core/workflow-ids.ts';

const Topic = defineSearchAttributeKey('Topic', 'KEYWORD');
const Kind = defineSearchAttributeKey('Kind', 'KEYWORD');

/** Starts the landing of each topic and the taker of backfills, where they do not run yet. Safe to repeat. */
export async function ensureAlwaysThere(client: Client, taskQueue: string, topics: Iterable<string>): Promise<void> {
  for (const topic of topics) {
    await startOnce(() =>
      client.workflow.start('landTopic', {
        workflowId: landingId(topic),
        taskQueue,
        args: [landingFrom(topic)],
        typedSearchAttributes: [
          { key: Topic, value: topic },
          { key: Kind, value: 'landing' },
        ],
        staticSummary: `lands ${topic}`,
      }),
    );
  }
  await startOnce(() =>
    client.workflow.start('backfills', {
      workflowId: BACKFILLS_ID,
      taskQueue,
      args: [{ requests: [], waiting: [] }],
      typedSearchAttributes: [{ key: Kind, value: 'backfills' }],
      staticSummary: 'takes requests for backfills',
    }),
  );
}

async function startOnce(start: () => Promise<unknown>): Promise<void> {
  try {
    await start();
  } catch (failure) {
    if (!(failure instanceof WorkflowExecutionAlreadyStartedError)) throw failure;
  }
}
