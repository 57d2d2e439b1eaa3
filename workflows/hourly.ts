import { defineSearchAttributeKey } from '@temporalio/common';
import { executeChild, ParentClosePolicy, workflowInfo } from '@temporalio/workflow';
import { materialize, type Materialized } from './materialize.ts';
import { attributesOf } from './search-attributes.ts';
import { planning } from './steps.ts';

const ScheduledStart = defineSearchAttributeKey('TemporalScheduledStartTime', 'DATETIME');
const LOADS_AT_ONCE = 4;

/** One run of the schedule: the hour before it was due, all that is stale, then the marts and their checks. */
export async function hourly(): Promise<Materialized> {
  const { workflowId, startTime, typedSearchAttributes } = workflowInfo();
  const scheduledAt = typedSearchAttributes.get(ScheduledStart) ?? startTime;
  const planned = await planning().planScheduledRun({ scheduledAt: scheduledAt.getTime() });
  return executeChild(materialize, {
    workflowId: `run/${workflowId}`,
    args: [{ planned, kind: 'hourly', concurrency: LOADS_AT_ONCE }],
    typedSearchAttributes: attributesOf('hourly', planned.plan),
    parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
    staticSummary: `hourly run of ${scheduledAt.toISOString().slice(0, 16)}Z`,
  });
}
