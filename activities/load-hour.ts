import { SoundFlowError } from '../core/errors.ts';
import type { LoadStep } from '../core/run-plan.ts';
import type { RunDeps } from './deps.ts';
import { filesOfHour } from './hour-files.ts';
import { withHeartbeat } from './heartbeat.ts';

/** Replaces one hour of a staging table by what the topic's log names for it up to the step's position. */
export function createLoadHour({ staging, commits, warehouse, catalog, now }: RunDeps) {
  return ({ step, run }: { readonly step: LoadStep; readonly run: string }): Promise<{ readonly rows: number }> =>
    withHeartbeat(async ({ signal }) => {
      const asset = staging.get(step.asset);
      if (asset === undefined) throw new SoundFlowError('NOT_FOUND', `${step.asset}: this worker has no such staging asset.`);
      const files = await filesOfHour(commits, step);
      await warehouse.ensure(asset.table);
      const { hour, position } = step;
      const { rows } = await warehouse.replacePartition({ table: asset.table, hour, files, position, run }, signal);
      const value = { asset: step.asset, partition: step.hour, version: step.version, rows, bytes: 0, run, at: now() };
      await catalog.record([{ fact: 'materialization', value }]);
      return { rows };
    });
}
