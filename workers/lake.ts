import { listDeadLetters } from '../activities/list-dead-letters.ts';
import { sweepTopic, type Swept } from '../activities/sweep-topic.ts';
import { verifyTopic, type Verified } from '../activities/verify-topic.ts';
import { createDeltaCommitLog } from '../adapters/delta/commit-log.ts';
import { createDuckDbLandedFiles } from '../adapters/duckdb/landed-files.ts';
import type { DeadLetterQuery, HourOfDeadLetters } from '../core/landing/dead-letters.ts';
import type { Config } from '../temporal.config.ts';
import { openCatalog } from './compose.ts';
import { openObjects } from './open-objects.ts';

export type { Swept, Verified };

/** What can be asked of the lake without Temporal: it needs its objects and nothing else. */
export interface Lake {
  /** Reads every file that a topic's log names and says what is wrong; `note` hears how far it is. */
  verify(topic: string, note: (line: string) => void): Promise<Verified>;
  /** Removes what nothing names and is older than a week; with `dryRun` only says what that would be. */
  sweep(topic: string, options: { readonly dryRun: boolean }): Promise<Swept>;
  deadLetters(query: DeadLetterQuery): AsyncIterable<HourOfDeadLetters>;
  close(): Promise<void>;
}

/** Opens the lake of a configuration. */
export async function openLake(config: Config): Promise<Lake> {
  const objects = await openObjects(config);
  const catalog = await openCatalog(config);
  const deps = {
    objects,
    catalog,
    commits: createDeltaCommitLog(objects),
    files: createDuckDbLandedFiles({ scratchDir: config.encoder.scratch }),
    now: () => Date.now(),
  };
  return {
    verify: (topic, note) => verifyTopic(deps, topic, note),
    sweep: (topic, options) => sweepTopic(deps, topic, options),
    deadLetters: (query) => listDeadLetters(deps, query),
    close: () => catalog.close(),
  };
}
