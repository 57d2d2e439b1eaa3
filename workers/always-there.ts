import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import { landingFrom } from '../core/landing/status.ts';
import { BACKFILLS_ID, landingId } from '../core/workflow-ids.ts';

const Topic = defineSearchAttributeKey('Topic', 'KEYWORD');
const Kind = defineSearchAttributeKey('Kind', 'KEYWORD');

/** A run that failed is followed by a new one: what it needs is in the log, or in what a person asks for again. */
const ALWAYS = { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' } as const;

/** How the landing of a topic is started. */
export function landingOf(topic: string, taskQueue: string) {
  return { workflowId: landingId(topic), taskQueue, args: [landingFrom(topic)], retry: ALWAYS };
}

/** Starts the landing of each topic and the taker of backfills, where they do not run yet; gives their ids. Safe to repeat. */
export async function ensureAlwaysThere(
  client: Client,
  taskQueue: string,
  topics: readonly string[],
): Promise<readonly string[]> {
  for (const topic of topics) {
    await startOnce(() =>
      client.workflow.start('landTopic', {
        ...landingOf(topic, taskQueue),
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
      retry: ALWAYS,
      typedSearchAttributes: [{ key: Kind, value: 'backfills' }],
      staticSummary: 'takes requests for backfills',
    }),
  );
  return [...topics.map(landingId), BACKFILLS_ID];
}

async function startOnce(start: () => Promise<unknown>): Promise<void> {
  try {
    await start();
  } catch (failure) {
    if (!(failure instanceof WorkflowExecutionAlreadyStartedError)) throw failure;
  }
}
