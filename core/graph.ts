import type { Asset } from './assets.ts';
import { upstreamOf } from './assets.ts';
import { SoundFlowError } from './errors.ts';

/** One asset as plain data; `upstream` are keys, ascending. A partitioned asset has one partition for every UTC hour. */
export interface AssetNode {
  readonly key: string;
  readonly kind: Asset['kind'];
  readonly partitioned: boolean;
  readonly upstream: readonly string[];
}

/** All assets as plain data: `nodes` ascending by key, `order` their keys with every asset after its upstream. */
export interface AssetGraph {
  readonly nodes: readonly AssetNode[];
  readonly order: readonly string[];
}

const KEY = /^[a-z][a-z0-9_]*$/;

const PARTITIONED = { topic: true, staging: true, mart: false } as const satisfies Record<Asset['kind'], boolean>;

/**
 * The graph of `assets`; the same assets in another order give the same graph.
 * @throws SoundFlowError BAD_ASSET for a key that is malformed or taken, an upstream that is not one of `assets`, a cycle.
 */
export function graphOf(assets: readonly Asset[]): AssetGraph {
  const known = new Set(assets);
  const nodes = new Map<string, AssetNode>();
  for (const asset of assets) {
    if (nodes.has(asset.key)) {
      throw new SoundFlowError(
        'BAD_ASSET',
        `Asset ${asset.key}: two assets have this key. Give one of them another file name and key.`,
      );
    }
    nodes.set(asset.key, nodeOf(asset, known));
  }
  const sorted = [...nodes.values()].sort((a, b) => compareText(a.key, b.key));
  return { nodes: sorted, order: orderOf(sorted) };
}

/** `keys` and every asset made from them, near or far, in the graph's order. Unknown keys are passed over. */
export function descendantsOf(graph: AssetGraph, keys: Iterable<string>): readonly string[] {
  const upstream = upstreamByKey(graph);
  const found = new Set(keys);
  return graph.order.filter((key) => {
    const isMember = found.has(key) || (upstream.get(key) ?? []).some((above) => found.has(above));
    if (isMember) found.add(key);
    return isMember;
  });
}

/** `keys` and every asset they are made from, near or far, in the graph's order. Unknown keys are passed over. */
export function ancestorsOf(graph: AssetGraph, keys: Iterable<string>): readonly string[] {
  const upstream = upstreamByKey(graph);
  const found = new Set(keys);
  for (const key of [...graph.order].reverse()) {
    if (found.has(key)) for (const above of upstream.get(key) ?? []) found.add(above);
  }
  return graph.order.filter((key) => found.has(key));
}

/** One line `key <- upstream, upstream` for each asset, ascending by key: what a reviewer reads when the graph changes. */
export function renderGraph(graph: AssetGraph): string {
  return graph.nodes.map(({ key, upstream }) => `${key} <- ${upstream.join(', ')}`.trimEnd() + '\n').join('');
}

function nodeOf(asset: Asset, known: ReadonlySet<Asset>): AssetNode {
  if (!KEY.test(asset.key)) {
    throw new SoundFlowError(
      'BAD_ASSET',
      `Asset ${JSON.stringify(asset.key)}: a key is lower-case letters, digits and _, and begins with a letter, for example mart_top_songs.`,
    );
  }
  const upstream = upstreamOf(asset);
  const stranger = upstream.find((above) => !known.has(above));
  if (stranger !== undefined) {
    throw new SoundFlowError(
      'BAD_ASSET',
      `Asset ${asset.key}: its upstream ${JSON.stringify(stranger.key)} is not one of the assets. ` +
        'Put it in a file of its own as the default export, and import it from there.',
    );
  }
  const keys = [...new Set(upstream.map(({ key }) => key))].sort(compareText);
  return { key: asset.key, kind: asset.kind, partitioned: PARTITIONED[asset.kind], upstream: keys };
}

/** Takes, again and again, the first asset by key whose upstream is all taken: few assets, so no queue. */
function orderOf(nodes: readonly AssetNode[]): readonly string[] {
  const order = new Set<string>();
  let waiting = nodes;
  while (waiting.length > 0) {
    const next = waiting.find(({ upstream }) => upstream.every((key) => order.has(key)));
    if (next === undefined) {
      throw new SoundFlowError(
        'BAD_ASSET',
        `Assets made from each other: ${cycleIn(waiting).join(' <- ')}. Remove one of these imports.`,
      );
    }
    order.add(next.key);
    waiting = waiting.filter((node) => node !== next);
  }
  return [...order];
}

/** Follows upstream among nodes that all wait for another one of them until a key comes back. */
function cycleIn(waiting: readonly AssetNode[]): readonly string[] {
  const blocked = new Map(waiting.map((node) => [node.key, node]));
  const path: string[] = [];
  let node = waiting[0];
  while (node !== undefined && !path.includes(node.key)) {
    path.push(node.key);
    node = node.upstream.map((key) => blocked.get(key)).find((above) => above !== undefined);
  }
  return node === undefined ? path : [...path.slice(path.indexOf(node.key)), node.key];
}

function upstreamByKey(graph: AssetGraph): ReadonlyMap<string, readonly string[]> {
  return new Map(graph.nodes.map(({ key, upstream }) => [key, upstream]));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
