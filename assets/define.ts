import type { z } from 'zod';
import type { MartAsset, StagingAsset, TopicAsset } from '../core/assets.ts';
import { LINEAGE } from '../core/columns.ts';
import { contractOf } from './contract.ts';

/** A broker topic whose records are `event` as JSON. */
export function topic(declared: { readonly key: string; readonly description: string; readonly event: z.ZodObject }): TopicAsset {
  return { kind: 'topic', key: declared.key, description: declared.description, contract: contractOf(declared.event) };
}

/** The hour-partitioned warehouse table `staging.<topic>` of a topic's landed rows. */
export function staging(declared: {
  readonly key: string;
  readonly description: string;
  readonly topic: TopicAsset;
}): StagingAsset {
  const table = { schema: 'staging', name: declared.topic.key, columns: [...declared.topic.contract.columns, ...LINEAGE] };
  return { kind: 'staging', ...declared, table };
}

/** A mart: the dbt model of the same name. */
export function mart(declared: {
  readonly key: string;
  readonly description: string;
  readonly upstream: readonly StagingAsset[];
}): MartAsset {
  return { kind: 'mart', ...declared };
}
