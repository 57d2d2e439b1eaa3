/** Id of the always-there workflow that takes requests for backfills. */
export const BACKFILLS_ID = 'backfills';

/** Id of the schedule that loads and builds every hour. */
export const SCHEDULE_ID = 'soundflow-hourly';

/** Id of the workflow that lands a topic: one, whatever is restarted. */
export function landingId(topic: string): string {
  return `land/${topic}`;
}

/** Id of the workflow of one backfill. */
export function backfillId(id: string): string {
  return `backfill/${id}`;
}

/** Id of the workflow that amends a topic: one of a kind at a time. */
export function amendmentId(kind: string, topic: string): string {
  return `amend/${kind}/${topic}`;
}
