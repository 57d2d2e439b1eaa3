import type { Column, Table } from './columns.ts';

/** A record that fits its contract, by column name, or why it does not: the field at fault (dotted, empty for the whole) and a reason. */
export type Decoded =
  | { readonly ok: true; readonly row: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly path: string; readonly reason: string };

/**
 * What a contract asks of one field, as far as it can be told from the bytes of a record. `values` (null: any) are the
 * texts of an enumeration; `min` and `max` are inclusive, infinite where there is no bound; `isWhole` is false when the
 * contract asks more of the field than is said here.
 */
export interface FieldRule {
  readonly name: string;
  readonly kind: 'integer' | 'number' | 'text' | 'boolean';
  readonly required: boolean;
  readonly values: readonly string[] | null;
  readonly min: number;
  readonly max: number;
  readonly isWhole: boolean;
}

/** What a contract asks of a whole record; `allowsUnknown` when a field it does not name changes nothing. */
export interface RecordRules {
  readonly fields: readonly FieldRule[];
  readonly allowsUnknown: boolean;
}

/** What a topic's events look like: the one source of every schema made from them. */
export interface Contract {
  readonly columns: readonly Column[];
  /** The rules behind `decode` where they can be told apart from it, else null: every record is then decoded. */
  readonly rules: RecordRules | null;
  /** Reads one record. Never throws. */
  decode(value: Uint8Array | null): Decoded;
}

/** Events of one broker topic, landed as a Delta table of the same name; partitioned by landing hour. */
export interface TopicAsset {
  readonly kind: 'topic';
  readonly key: string;
  readonly description: string;
  readonly contract: Contract;
}

/** The warehouse's copy of one topic, loaded hour by hour. */
export interface StagingAsset {
  readonly kind: 'staging';
  readonly key: string;
  readonly description: string;
  readonly topic: TopicAsset;
  readonly table: Table;
}

/** A table built by a dbt model of the same name from staging tables; not partitioned. */
export interface MartAsset {
  readonly kind: 'mart';
  readonly key: string;
  readonly description: string;
  readonly upstream: readonly StagingAsset[];
}

/** A named thing the pipeline keeps up to date. */
export type Asset = TopicAsset | StagingAsset | MartAsset;

/** The assets that `asset` is made from. */
export function upstreamOf(asset: Asset): readonly Asset[] {
  switch (asset.kind) {
    case 'topic':
      return [];
    case 'staging':
      return [asset.topic];
    case 'mart':
      return asset.upstream;
  }
}
