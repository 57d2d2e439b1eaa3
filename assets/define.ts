import type { z } from 'zod';
import type { MartAsset, StagingAsset, TopicAsset } from '../core/assets.ts';
import { LINEAGE } from '../core/columns.ts';
import { contractOf } from './contract.ts';

/** A broker topic whose records are `event` as JSON; `keepUnknown` keeps fields that `event` does not name in a column of their own. */
export function topic(declared: {
  readonly key: string;
  readonly description: string;
  readonly event: z.ZodObject;
  readonly keepUnknown?: boolean;
}): TopicAsset {
  const { key, description, event, keepUnknown = false } = declared;
  return { kind: 'topic', key, description, contract: contractOf(event, { keepUnknown }) };
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
