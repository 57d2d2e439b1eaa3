import type { AssetGraph } from './graph.ts';
import type { Hour } from './hours.ts';
import type { LandedHour, LedgerEntry, Materialization } from './ports/catalog.ts';
import type { LoadedHour } from './ports/warehouse.ts';
import { stalenessOf } from './staleness.ts';

/** Load one hour of one staging asset, as of a position of its topic. `version` is the hour's own newest position. */
export interface LoadStep {
  readonly verb: 'load';
  readonly asset: string;
  readonly topic: string;
  readonly hour: Hour;
  readonly position: number;
  readonly version: string;
}

/** Build models together, each with all that it is made from. */
export interface BuildStep {
  readonly verb: 'build';
  readonly assets: readonly string[];
}

/** One piece of work of a run. */
export type Step = LoadStep | BuildStep;

/** What one run will do: waves one after the other, the steps of a wave side by side. `positions` are the topics' heads. */
export interface RunPlan {
  readonly waves: readonly (readonly Step[])[];
  readonly positions: Readonly<Record<string, number>>;
}

/** What is known of the pipeline when a run is planned. */
export interface PipelineState {
  readonly graph: AssetGraph;
  readonly positions: Readonly<Record<string, number>>;
  readonly landed: readonly LandedHour[];
  readonly materialized: readonly Materialization[];
  readonly ledger: readonly LedgerEntry[];
}

/** Most loads of one run, so that its plan stays under 512 KiB; what is left is stale still, and the next run's. */
export const MAX_LOADS = 1_000;

/** Plans a run of the schedule: every stale or missing hour, oldest first, `due` stale or not, then all marts. */
export function planScheduled(state: PipelineState, due: Hour): RunPlan {
  const loads = stagingNodes(state.graph).flatMap(({ asset, topic }) => {
    const stale = staleHours(state, asset, topic);
    const hours = stale.includes(due) ? stale : [...stale, due].sort();
    return hours.map((hour) => loadStep(state, { asset, topic, hour }));
  });
  const marts = state.graph.nodes.filter((node) => node.kind === 'mart').map((node) => node.key);
  return planOf(state, mostUrgent(loads, due), marts);
}

function mostUrgent(loads: readonly LoadStep[], due: Hour): readonly LoadStep[] {
  if (loads.length <= MAX_LOADS) return loads;
  const others = loads.filter((step) => step.hour !== due).sort((a, b) => (a.hour < b.hour ? -1 : 1));
  return [...loads.filter((step) => step.hour === due), ...others].slice(0, MAX_LOADS);
}

/** Plans loading `hours` of `assets` and building `marts` after it. */
export function planHours(
  state: PipelineState,
  wanted: { readonly assets: readonly string[]; readonly hours: readonly Hour[]; readonly marts: readonly string[] },
): RunPlan {
  const loads = stagingNodes(state.graph)
    .filter(({ asset }) => wanted.assets.includes(asset))
    .flatMap(({ asset, topic }) => wanted.hours.map((hour) => loadStep(state, { asset, topic, hour })));
  return planOf(state, loads, wanted.marts);
}

/** Hours of a staging asset that were never loaded, were loaded from an older version, or do not balance; ascending. */
export function staleHours(state: PipelineState, asset: string, topic: string): readonly Hour[] {
  const builtFrom = new Map(state.materialized.filter((it) => it.asset === asset).map((it) => [it.partition, it.version]));
  const unbalanced = new Set(state.ledger.filter((it) => it.topic === topic && it.difference !== 0).map((it) => it.hour));
  return state.landed
    .filter((it) => it.topic === topic)
    .filter((it) => unbalanced.has(it.hour) || stalenessOf(builtFrom.get(it.hour) ?? null, String(it.position)) !== 'fresh')
    .map((it) => it.hour)
    .sort();
}

/**
 * The materializations of a staging asset that the warehouse's own book bears out: it was loaded from no earlier position, and with as
 * many rows. The others were lost with the warehouse, or it was restored from an older copy.
 */
export function borneOut(materialized: readonly Materialization[], loads: readonly LoadedHour[]): readonly Materialization[] {
  const book = new Map(loads.map((load) => [load.hour, load]));
  return materialized.filter(({ partition, version, rows }) => {
    const load = partition === null ? undefined : book.get(partition);
    return load !== undefined && load.position >= Number(version) && load.rows === rows;
  });
}

function stagingNodes(graph: AssetGraph): readonly { readonly asset: string; readonly topic: string }[] {
  return graph.nodes
    .filter((node) => node.kind === 'staging')
    .flatMap((node) => node.upstream.map((topic) => ({ asset: node.key, topic })));
}

function loadStep(state: PipelineState, wanted: { asset: string; topic: string; hour: Hour }): LoadStep {
  const landed = state.landed.find((it) => it.topic === wanted.topic && it.hour === wanted.hour);
  const version = String(landed?.position ?? -1);
  return { verb: 'load', ...wanted, position: state.positions[wanted.topic] ?? -1, version };
}

function planOf(state: PipelineState, loads: readonly LoadStep[], marts: readonly string[]): RunPlan {
  const build: readonly Step[] = marts.length === 0 ? [] : [{ verb: 'build', assets: marts }];
  return { waves: [loads, build].filter((wave) => wave.length > 0), positions: state.positions };
}
