import type { Client } from '@temporalio/client';
import type { Catalog, CheckRecord, RunRecord } from '../core/ports/catalog.ts';
import { messageOf } from '../core/errors.ts';
import type { LandingStatus } from '../core/landing/status.ts';
import { BACKFILLS_ID, landingId } from '../core/workflow-ids.ts';
import type { BackfillsStatus } from '../core/backfill-status.ts';
import { print, type Output } from './output.ts';
import { table } from './table.ts';

type Asked<T> = { readonly ok: T } | { readonly problem: string };

/** Everything `soundflow status` tells. */
export interface PipelineStatus {
  readonly landing: Readonly<Record<string, Asked<LandingStatus>>>;
  readonly backfills: Asked<BackfillsStatus>;
  readonly runs: readonly RunRecord[];
  readonly checks: readonly CheckRecord[];
}

/** Shows how each topic's landing stands, the newest runs, the checks and the backfills that were asked for. */
export async function showStatus(
  known: { readonly client: Client; readonly catalog: Catalog; readonly topics: readonly string[] },
  output: Output,
): Promise<void> {
  const { client, catalog, topics } = known;
  const landing = await Promise.all(
    topics.map(
      async (topic) =>
        [topic, await ask(() => client.workflow.getHandle(landingId(topic)).query<LandingStatus>('status'))] as const,
    ),
  );
  const backfills = await ask(() => client.workflow.getHandle(BACKFILLS_ID).query<BackfillsStatus>('status'));
  const status = {
    landing: Object.fromEntries(landing),
    backfills,
    runs: await catalog.runs(10),
    checks: await catalog.checks(),
  };
  print(output, status, () => statusText(status));
}

async function ask<T>(question: () => Promise<T>): Promise<Asked<T>> {
  try {
    return { ok: await question() };
  } catch (failure) {
    return { problem: messageOf(failure) };
  }
}

function statusText({ landing, backfills, runs, checks }: PipelineStatus): string {
  return [landingText(landing), runsText(runs), checksText(checks), backfillsText(backfills)].join('\n\n');
}

function landingText(landing: PipelineStatus['landing']): string {
  const rows = Object.entries(landing).map(([topic, asked]) => {
    if ('problem' in asked) return [topic, 'no answer', '', '', '', asked.problem];
    const { paused, position, hour, rows: landed, deadLetters, problem, stopped } = asked.ok;
    const lost = stopped.map((it) => `stopped at ${String(it.partition)}:${String(it.from)}-${String(it.to)} (${it.reason});`);
    const state = paused ? 'paused' : problem === null && lost.length === 0 ? 'landing' : 'in trouble';
    return [
      topic,
      state,
      `${String(position)} (${hour ?? 'no hour'})`,
      landed,
      deadLetters,
      [...lost, problem ?? ''].join(' ').trim(),
    ];
  });
  return table(['topic', 'state', 'commit', 'rows', 'dead letters', 'problem'], rows);
}

function runsText(runs: readonly RunRecord[]): string {
  if (runs.length === 0) return 'No run yet.';
  const rows = runs.map((run) => [
    run.kind,
    run.status,
    new Date(run.startedAt).toISOString(),
    run.steps,
    run.summary.slice(0, 80),
  ]);
  return table(['run', 'status', 'started', 'steps', 'summary'], rows);
}

function checksText(checks: readonly CheckRecord[]): string {
  const bad = checks.filter((check) => check.status !== 'pass');
  const counted = `${String(checks.length - bad.length)} of ${String(checks.length)} checks pass.`;
  if (bad.length === 0) return counted;
  return `${counted}\n${table(
    ['asset', 'check', 'status', 'message'],
    bad.map((it) => [it.asset, it.check, it.status, it.message.slice(0, 90)]),
  )}`;
}

function backfillsText(asked: PipelineStatus['backfills']): string {
  if ('problem' in asked) return `Backfills: ${asked.problem}`;
  if (asked.ok.requests.length === 0) return 'No backfill was asked for.';
  return table(
    ['backfill', 'state', 'message'],
    asked.ok.requests.slice(0, 10).map((it) => [it.id, it.state, it.message.slice(0, 100)]),
  );
}
