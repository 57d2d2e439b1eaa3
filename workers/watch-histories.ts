import { setTimeout as wait } from 'node:timers/promises';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { SoundFlowError } from '../core/errors.ts';
import { createHistories, type ShownRun } from '../core/histories.ts';

/** Workflows that are always there, and how often they are looked at. */
export interface WatchedHistories {
  readonly client: Client;
  readonly workflowIds: readonly string[];
  readonly everyMs: number;
  readonly signal: AbortSignal;
}

/**
 * Watches that the server forgets nothing, until `signal` is given. A worker keeps in memory how far its workflows are, and goes
 * by that: on a server that was restored from an older copy it would write histories that nobody can replay, or wait for what
 * never comes. So its process has to end then; the next one goes by what the server remembers.
 * @throws SoundFlowError UNAVAILABLE when the server has forgotten something
 */
export async function watchHistories({ client, workflowIds, everyMs, signal }: WatchedHistories): Promise<void> {
  const histories = createHistories();
  while (!signal.aborted) {
    for (const workflowId of workflowIds) {
      const shown = await look(client, workflowId);
      if (shown !== 'no answer' && histories.isBehind(workflowId, shown)) throw forgotten(workflowId);
    }
    await wait(everyMs, undefined, { signal, ref: false }).catch(() => undefined);
  }
}

async function look(client: Client, workflowId: string): Promise<ShownRun | null | 'no answer'> {
  try {
    const { runId, historyLength } = await client.workflow.getHandle(workflowId).describe();
    return { runId, events: historyLength };
  } catch (failure) {
    return failure instanceof WorkflowNotFoundError ? null : 'no answer';
  }
}

function forgotten(workflowId: string): SoundFlowError {
  const message = `Temporal no longer remembers what it showed of ${workflowId}: it was restored from an older copy, or is another server. This worker remembers more than it and ends; the one that is started in its place goes by what the server knows, and lands from where the log ends.`;
  return new SoundFlowError('UNAVAILABLE', message);
}
