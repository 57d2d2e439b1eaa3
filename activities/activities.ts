import { createAmendHour } from './amend-hour.ts';
import { createAnnounceBatch } from './announce-batch.ts';
import { createBalanceLedger } from './balance-ledger.ts';
import { createBuildModels } from './build-models.ts';
import { createCheckBackfill } from './check-backfill.ts';
import { createCheckFreshness } from './check-freshness.ts';
import { createCommitBatch } from './commit-batch.ts';
import type { Deps } from './deps.ts';
import { createLandSegment } from './land-segment.ts';
import { createLoadHour } from './load-hour.ts';
import { createPlanAmendment } from './plan-amendment.ts';
import { createPlanBatch } from './plan-batch.ts';
import { createPlanHours } from './plan-hours.ts';
import { createPlanScheduledRun } from './plan-scheduled-run.ts';
import { createReadEnds } from './read-ends.ts';
import { createRecordRun } from './record-run.ts';

/** Every activity, by the queue it runs on: cheap ones beside the workflows, the others each on a queue of their own. */
export function createActivities(deps: Deps) {
  return {
    main: {
      planBatch: createPlanBatch(deps),
      commitBatch: createCommitBatch(deps),
      announceBatch: createAnnounceBatch(deps),
      readEnds: createReadEnds(deps),
      planAmendment: createPlanAmendment(deps),
      planScheduledRun: createPlanScheduledRun(deps),
      checkBackfill: createCheckBackfill(deps),
      planHours: createPlanHours(deps),
      recordRun: createRecordRun(deps),
    },
    land: { landSegment: createLandSegment(deps), amendHour: createAmendHour(deps) },
    load: {
      loadHour: createLoadHour(deps),
      checkFreshness: createCheckFreshness(deps),
      balanceLedger: createBalanceLedger(deps),
    },
    build: { buildModels: createBuildModels(deps) },
  };
}

/** The activities as workflows see them. */
export type Activities = ReturnType<typeof createActivities>;
