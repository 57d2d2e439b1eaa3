/** Every workflow a worker runs; the bundle is made from this file. */
export { amend } from './amend.ts';
export { backfill } from './backfill.ts';
export { backfills } from './backfills.ts';
export { hourly } from './hourly.ts';
export { landTopic } from './land-topic.ts';
export { materialize } from './materialize.ts';
