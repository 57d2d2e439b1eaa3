import { judgeFreshness } from '../core/freshness.ts';
import type { CheckRecord } from '../core/ports/catalog.ts';
import type { RunDeps } from './deps.ts';

/** Judges each mart by its event-time watermark and takes the verdicts down; a stale mart is a verdict, not an error. */
export function createCheckFreshness(deps: RunDeps) {
  return async ({ run }: { readonly run: string }): Promise<readonly CheckRecord[]> => {
    const { freshness, warehouse, catalog, now } = deps;
    const reference = freshness.reference === 'clock' ? now() : await newestEvent(deps);
    const checks: CheckRecord[] = [];
    for (const { key } of deps.graph.nodes.filter((node) => node.kind === 'mart')) {
      const watermark = await instantOf(warehouse, `select max(as_of) as value from marts.${key}`);
      const verdict = judgeFreshness({ asset: key, watermark, reference: reference ?? now(), maxAgeMs: freshness.maxAgeMs });
      checks.push({ asset: key, check: 'freshness', ...verdict, run, at: now() });
    }
    await catalog.record(checks.map((value) => ({ fact: 'check', value })));
    return checks;
  };
}

async function newestEvent({ staging, warehouse }: RunDeps): Promise<number | null> {
  const timed = [...staging.values()].filter((asset) => asset.table.columns.some((column) => column.name === 'ts'));
  const tables = timed.map((asset) => `select max(ts) as newest from ${asset.table.schema}.${asset.table.name}`);
  return instantOf(warehouse, `select max(newest) as value from (${tables.join(' union all ')}) as newest_events`);
}

async function instantOf(warehouse: RunDeps['warehouse'], sql: string): Promise<number | null> {
  const [row] = await warehouse.query(sql);
  const value = row?.value ?? null;
  return typeof value === 'string' ? Date.parse(value) : null;
}
