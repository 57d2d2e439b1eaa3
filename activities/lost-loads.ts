import { SoundFlowError } from '../core/errors.ts';
import type { LoadedHour } from '../core/ports/warehouse.ts';
import { borneOut, type PipelineState } from '../core/run-plan.ts';
import type { RunDeps } from './deps.ts';

/**
 * The state without the loads that the warehouse no longer knows of: the catalogue alone would believe a lost warehouse to be
 * full. While another process works in the warehouse the catalogue is believed; the next run looks again.
 */
export async function withoutLostLoads(
  { staging, warehouse }: Pick<RunDeps, 'staging' | 'warehouse'>,
  state: PipelineState,
): Promise<PipelineState> {
  const kept = state.materialized.filter(({ asset }) => !staging.has(asset));
  for (const { key, table } of staging.values()) {
    const mine = state.materialized.filter(({ asset }) => asset === key);
    const loads: readonly LoadedHour[] | null = await warehouse.loads(table).catch(nullWhenLocked);
    kept.push(...(loads === null ? mine : borneOut(mine, loads)));
  }
  return { ...state, materialized: kept };
}

function nullWhenLocked(failure: unknown): null {
  if (failure instanceof SoundFlowError && failure.code === 'LOCKED') return null;
  throw failure;
}
