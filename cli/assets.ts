import type { Asset } from '../core/assets.ts';
import type { AssetGraph } from '../core/graph.ts';
import type { Catalog } from '../core/ports/catalog.ts';
import { staleHours } from '../core/run-plan.ts';
import { print, type Output } from './output.ts';
import { table } from './table.ts';

/** One asset with how it stands. */
export interface AssetLine {
  readonly key: string;
  readonly kind: Asset['kind'];
  readonly upstream: readonly string[];
  readonly description: string;
  readonly partitions: number;
  readonly stale: number;
  readonly rows: number;
  readonly lastMaterialized: string | null;
}

/** Lists every asset with its upstream, partitions, and how many of them are stale or missing. */
export async function listAssets(
  known: { readonly assets: readonly Asset[]; readonly graph: AssetGraph; readonly catalog: Catalog },
  output: Output,
): Promise<void> {
  const lines = await assetLines(known);
  print(output, lines, () =>
    table(
      ['asset', 'kind', 'partitions', 'stale', 'rows', 'last materialized', 'made from'],
      lines.map((it) => [
        it.key,
        it.kind,
        it.partitions,
        it.stale,
        it.rows,
        it.lastMaterialized ?? 'never',
        it.upstream.join(', '),
      ]),
    ),
  );
}

async function assetLines({
  assets,
  graph,
  catalog,
}: {
  assets: readonly Asset[];
  graph: AssetGraph;
  catalog: Catalog;
}): Promise<readonly AssetLine[]> {
  const materialized = await catalog.materializations();
  const topics = graph.nodes.filter((node) => node.kind === 'topic').map((node) => node.key);
  const landed = (await Promise.all(topics.map((topic) => catalog.landedHours(topic)))).flat();
  const state = { graph, positions: {}, landed, materialized, ledger: await catalog.ledger() };
  return graph.nodes.map((node) => {
    const mine = materialized.filter((it) => it.asset === node.key);
    const hours = landed.filter((hour) => hour.topic === node.key);
    const newest = mine.reduce((latest, it) => Math.max(latest, it.at), 0);
    const topic = node.upstream[0];
    return {
      key: node.key,
      kind: node.kind,
      upstream: node.upstream,
      description: assets.find((asset) => asset.key === node.key)?.description ?? '',
      partitions: node.kind === 'topic' ? hours.length : mine.length,
      stale: node.kind === 'staging' && topic !== undefined ? staleHours(state, node.key, topic).length : 0,
      rows: (node.kind === 'topic' ? hours : mine).reduce((sum, it) => sum + it.rows, 0),
      lastMaterialized: newest === 0 ? null : new Date(newest).toISOString(),
    };
  });
}
