import type { Asset, StagingAsset, TopicAsset } from '../core/assets.ts';
import type { AssetGraph } from '../core/graph.ts';
import type { LandingCaps } from '../core/landing/cut.ts';
import type { Catalog } from '../core/ports/catalog.ts';
import type { CommitLog } from '../core/ports/commit-log.ts';
import type { Encoder } from '../core/ports/encoder.ts';
import type { EventLog } from '../core/ports/event-log.ts';
import type { LandedFiles } from '../core/ports/landed-files.ts';
import type { ObjectStore } from '../core/ports/object-store.ts';
import type { Transformer } from '../core/ports/transformer.ts';
import type { Warehouse } from '../core/ports/warehouse.ts';

/** What landing may be tuned by. Times in milliseconds, sizes in bytes. */
export interface LandingSettings {
  readonly tickMs: number;
  readonly window: number;
  readonly caps: LandingCaps;
  /** A file is closed when the records in it pass so many bytes, however many were planned for it. */
  readonly fileBytes: number;
  readonly group: string;
  /** Share of a landing hour's records that may be dead letters before its check fails, from 0 to 1. */
  readonly deadLetterShare: number;
}

/** How fresh the marts must be, and against what: the wall clock, or the newest event that was loaded. */
export interface FreshnessSettings {
  readonly maxAgeMs: number;
  readonly reference: 'clock' | 'newest event';
}

/** What the landing activities need. */
export interface LandingDeps {
  readonly topics: ReadonlyMap<string, TopicAsset>;
  readonly eventLog: EventLog;
  readonly objects: ObjectStore;
  readonly commits: CommitLog;
  readonly encoder: Encoder;
  readonly files: LandedFiles;
  readonly catalog: Catalog;
  readonly landing: LandingSettings;
  readonly now: () => number;
}

/** What the activities of runs need. */
export interface RunDeps {
  readonly assets: readonly Asset[];
  readonly graph: AssetGraph;
  readonly staging: ReadonlyMap<string, StagingAsset>;
  readonly commits: CommitLog;
  readonly warehouse: Warehouse;
  readonly transformer: Transformer;
  readonly catalog: Catalog;
  readonly freshness: FreshnessSettings;
  readonly now: () => number;
}

/** All that activities are given when a worker is put together. */
export type Deps = LandingDeps & RunDeps;
