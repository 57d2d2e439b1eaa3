import type { Client } from '@temporalio/client';
import { hoursOf, parseBackfillRequest, type BackfillRequest } from '../core/backfill.ts';
import type { StagingAsset } from '../core/assets.ts';
import { SoundFlowError } from '../core/errors.ts';
import { ancestorsOf, type AssetGraph } from '../core/graph.ts';
import { select } from '../core/selection.ts';
import { BACKFILLS_ID } from '../core/workflow-ids.ts';
import { print, type Output } from './output.ts';

/** Asks for a backfill, after looking at the request here so that a mistake is told at once. @throws BAD_REQUEST */
export async function askBackfill(
  known: { readonly client: Client; readonly graph: AssetGraph; readonly taskQueue: string },
  asked: Readonly<Record<string, unknown>>,
  output: Output,
): Promise<void> {
  const request = requestOf(known.graph, asked);
  await known.client.workflow.signalWithStart('backfills', {
    workflowId: BACKFILLS_ID,
    taskQueue: known.taskQueue,
    args: [{ requests: [], waiting: [] }],
    signal: 'requestBackfill',
    signalArgs: [request],
  });
  print(
    output,
    request,
    () => `Asked for ${request.assets.join(', ')} from ${request.from} to ${request.to}. See soundflow status.`,
  );
}

/** What a query would read and cost. */
export type EstimateRead = (sql: string) => Promise<{ readonly bytes: number; readonly price: number }>;

/** Says what a backfill would do, and where reading costs money, at most how much; starts nothing. @throws BAD_REQUEST */
export async function previewBackfill(
  known: {
    readonly graph: AssetGraph;
    readonly staging: ReadonlyMap<string, StagingAsset>;
    readonly estimate: EstimateRead | null;
  },
  asked: Readonly<Record<string, unknown>>,
  output: Output,
): Promise<void> {
  const request = requestOf(known.graph, asked);
  const chosen = select(known.graph, request.assets, { descendants: request.descendants });
  const builds = chosen.filter((key) => !known.staging.has(key));
  const loads = hoursOf(request).length * (chosen.length - builds.length);
  const reads = known.estimate === null || builds.length === 0 ? null : await known.estimate(allRead(known, builds));
  print(output, { loads, builds, reads }, () =>
    [
      `Would load ${String(loads)} hours${builds.length === 0 ? '' : `, and build ${builds.join(', ')}`}.`,
      reads === null
        ? 'Loading costs nothing but time.'
        : `Loading costs nothing; building reads at most ${reads.bytes.toLocaleString('en')} bytes for ${reads.price.toFixed(2)} each time it is done.`,
      'Nothing was started: leave --dry-run away for that.',
    ].join('\n'),
  );
}

function requestOf(graph: AssetGraph, asked: Readonly<Record<string, unknown>>): BackfillRequest {
  const parsed = parseBackfillRequest(asked);
  if (!parsed.ok) throw new SoundFlowError('BAD_REQUEST', `backfill: ${parsed.problem}`);
  select(graph, parsed.request.assets, { descendants: false });
  return parsed.request;
}

/** A query that would read all columns of all that marts are made from; it is only ever estimated. */
function allRead(
  { graph, staging }: { readonly graph: AssetGraph; readonly staging: ReadonlyMap<string, StagingAsset> },
  marts: readonly string[],
): string {
  const tables = ancestorsOf(graph, marts).flatMap((key) => staging.get(key)?.table ?? []);
  const names = tables.map(({ schema, name }) => `${schema}.${name} as ${name}`);
  return `select ${tables.map(({ name }) => name).join(', ')} from ${names.join(', ')}`;
}
