import type { BackfillRequest } from '../core/backfill.ts';
import { hoursOf } from '../core/backfill.ts';
import { SoundFlowError } from '../core/errors.ts';
import { fnv1a64 } from '../core/fingerprint.ts';
import type { Hour } from '../core/hours.ts';
import { canonical } from '../core/landing/rules.ts';
import { select } from '../core/selection.ts';
import type { RunDeps } from './deps.ts';

/** A backfill that can start: its name, the staging assets and hours to load, and the marts to build when that is done. */
export interface CheckedBackfill {
  readonly id: string;
  readonly assets: readonly string[];
  readonly hours: readonly Hour[];
  readonly marts: readonly string[];
  readonly concurrency: number;
}

/** Holds a request against the graph. @throws BAD_REQUEST naming an unknown asset, or one that is not loaded by the hour. */
export function createCheckBackfill({ graph }: RunDeps) {
  return (request: BackfillRequest): Promise<CheckedBackfill> => {
    const kinds = new Map(graph.nodes.map((node) => [node.key, node.kind]));
    const wanted = select(graph, request.assets, { descendants: false });
    const other = wanted.find((key) => kinds.get(key) === 'topic');
    if (other !== undefined) {
      throw new SoundFlowError(
        'BAD_REQUEST',
        `${other} is landed by the workflow land/${other}, not by a backfill. Ask for stg_${other}, which loads it.`,
      );
    }
    const all = request.descendants ? select(graph, request.assets, { descendants: true }) : wanted;
    const ofKind = (kind: string) => all.filter((key) => kinds.get(key) === kind);
    const id = request.id ?? fnv1a64(canonical(request));
    return Promise.resolve({
      id,
      assets: ofKind('staging'),
      hours: hoursOf(request),
      marts: ofKind('mart'),
      concurrency: request.concurrency,
    });
  };
}
