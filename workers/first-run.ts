import type { Client } from '@temporalio/client';
import type { Catalog } from '../core/ports/catalog.ts';
import type { FlushAnswer } from '../core/landing/status.ts';
import { landingId } from '../core/workflow-ids.ts';
import { triggerSchedule } from './schedule.ts';

const AGAIN_MS = 3_000;

/** Runs the schedule once, as soon as something has landed, when nothing was ever loaded: a newcomer need not wait an hour. */
export async function runOnceWhenLanded(
  client: Client,
  known: {
    readonly catalog: Catalog;
    readonly topics: readonly string[];
    readonly staging: readonly string[];
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { catalog, topics, staging, signal } = known;
  const loaded = (await catalog.materializations()).some((it) => staging.includes(it.asset));
  if (loaded) return;
  const flushAll = () =>
    Promise.all(topics.map((topic) => client.workflow.getHandle(landingId(topic)).executeUpdate<FlushAnswer, []>('flush')));
  while (!signal.aborted) {
    await flushAll();
    const landed = await Promise.all(topics.map((topic) => catalog.landedHours(topic)));
    if (landed.flat().some((hour) => hour.rows > 0)) {
      await flushAll();
      await triggerSchedule(client);
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}
