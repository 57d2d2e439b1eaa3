import type { RunRecord } from '../core/ports/catalog.ts';
import type { RunDeps } from './deps.ts';

/** Takes down how a run stands. */
export function createRecordRun({ catalog }: RunDeps) {
  return (value: RunRecord): Promise<void> => catalog.record([{ fact: 'run', value }]);
}
