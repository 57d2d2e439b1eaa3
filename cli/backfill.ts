import type { Client } from '@temporalio/client';
import { parseBackfillRequest } from '../core/backfill.ts';
import { SoundFlowError } from '../core/errors.ts';
import type { AssetGraph } from '../core/graph.ts';
import { select } from '../core/selection.ts';
import { BACKFILLS_ID } from '../core/workflow-ids.ts';
import { print, type Output } from './output.ts';

/** Asks for a backfill, after looking at the request here so that a mistake is told at once. @throws BAD_REQUEST */
export async function askBackfill(
  known: { readonly client: Client; readonly graph: AssetGraph; readonly taskQueue: string },
  asked: Readonly<Record<string, unknown>>,
  output: Output,
): Promise<void> {
  const parsed = parseBackfillRequest(asked);
  if (!parsed.ok) throw new SoundFlowError('BAD_REQUEST', `backfill: ${parsed.problem}`);
  select(known.graph, parsed.request.assets, { descendants: false });
  await known.client.workflow.signalWithStart('backfills', {
    workflowId: BACKFILLS_ID,
    taskQueue: known.taskQueue,
    args: [{ requests: [], waiting: [] }],
    signal: 'requestBackfill',
    signalArgs: [parsed.request],
  });
  print(
    output,
    parsed.request,
    () =>
      `Asked for ${parsed.request.assets.join(', ')} from ${parsed.request.from} to ${parsed.request.to}. See soundflow status.`,
  );
}
