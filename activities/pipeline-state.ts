import type { PipelineState } from '../core/run-plan.ts';
import type { RunDeps } from './deps.ts';
import { foldLog } from './fold-log.ts';

/** Catches the catalogue up with every topic's log, and returns what is known then; fixes each topic's position. */
export async function readPipelineState(deps: RunDeps): Promise<PipelineState> {
  const { commits, catalog, graph } = deps;
  const positions: Record<string, number> = {};
  for (const { key } of graph.nodes.filter((node) => node.kind === 'topic')) {
    const known = await catalog.folded(key);
    const newest = await commits.newest(key, Math.max(0, known));
    positions[key] = newest?.position ?? -1;
    await foldLog(deps, key, newest?.position ?? -1);
  }
  const landed = await Promise.all(Object.keys(positions).map((topic) => catalog.landedHours(topic)));
  return {
    graph,
    positions,
    landed: landed.flat(),
    materialized: await catalog.materializations(),
    ledger: await catalog.ledger(),
  };
}
