import type { Asset, StagingAsset, TopicAsset } from '../core/assets.ts';
import { graphOf, type AssetGraph } from '../core/graph.ts';

/** The assets of this code base, by kind and as a graph. */
export interface Repository {
  readonly assets: readonly Asset[];
  readonly graph: AssetGraph;
  readonly topics: ReadonlyMap<string, TopicAsset>;
  readonly staging: ReadonlyMap<string, StagingAsset>;
}

/** Sorts assets by kind. @throws BAD_ASSET when they do not make a graph. */
export function repositoryOf(assets: readonly Asset[]): Repository {
  const topics = new Map(assets.flatMap((asset) => (asset.kind === 'topic' ? [[asset.key, asset] as const] : [])));
  const staging = new Map(assets.flatMap((asset) => (asset.kind === 'staging' ? [[asset.key, asset] as const] : [])));
  return { assets, graph: graphOf(assets), topics, staging };
}
