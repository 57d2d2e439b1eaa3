import type { ChaosCase } from '../chaos-case.ts';
import type { LandedTopic } from '../landed-topic.ts';
import type { StoreFaults } from '../orders.ts';
import type { Rig } from '../rig.ts';

/** Object stores that fail in every way they can, and disks that are full. */
export const STORE: readonly ChaosCase[] = [
  { name: 'a store that fails', shakes: 'worker', run: (rig) => broken(rig, ['put fails', 'read fails']) },
  {
    name: 'a store that answers late',
    shakes: 'worker',
    run: (rig) => broken(rig, ['put is late', 'put is done and answers late', 'read is late']),
  },
  {
    name: 'a store that puts, fails, and then says it exists',
    shakes: 'worker',
    run: (rig) => broken(rig, ['put is done and fails', 'put is done and says exists']),
  },
  { name: 'a full disk that is freed', shakes: 'worker', run: fullDisk },
  { name: 'a worker that may write no large file', shakes: 'worker', run: fileLimit },
];

/** A commit that takes longer than this is tried again by Temporal. */
const LONGER_THAN_A_STEP_MS = 22_000;

async function broken(rig: Rig, kinds: StoreFaults['kinds']): Promise<void> {
  const { next, setup } = rig;
  const topic = await rig.topic();
  await topic.produce();
  const isVeryLate = next.chance(0.25);
  const lateMs = isVeryLate ? LONGER_THAN_A_STEP_MS : next.int(100, 1_500);
  const store = { kinds, lateMs, every: next.int(1, 4), times: isVeryLate ? 1 : next.int(2, 5), roomBytes: null };
  const worker = await rig.worker({ store });
  await topic.startLanding();
  await topic.landed();
  const { process, id } = worker;
  await process.order({ do: 'shift clock', id, ms: setup.clockShiftMs });
  await topic.produce();
  await process.faults(id, 1);
}

async function fullDisk(rig: Rig): Promise<void> {
  const { next } = rig;
  const topic = await rig.topic();
  await topic.produce();
  const store = { kinds: [], lateMs: 0, every: 1, times: 0, roomBytes: next.int(0, 6_000) };
  const { process, id } = await rig.worker({ store });
  await topic.startLanding();
  await process.faults(id, next.int(1, 4));
  await process.order({ do: 'heal', id });
  await topic.produce();
}

const LARGEST_FILE_BYTES = 256 * 1024;
const TOO_LARGE = /EFBIG|too large/i;

/** The lake takes no large file; then a worker without the limit takes over. */
async function fileLimit(rig: Rig): Promise<void> {
  const { next, setup } = rig;
  const topic = await rig.topic({
    segmentEvents: 500,
    batchSegments: 2,
    padding: 1_500,
    misfits: 0,
    round: next.int(1_000, 1_500),
  });
  await topic.produce();
  const limited = await rig.ownWorker({}, LARGEST_FILE_BYTES);
  await topic.startLanding();
  await topic.until(
    async () => TOO_LARGE.test(await lastFailure(topic)),
    () => 'no activity failed for a file that is too large',
  );
  await limited.process.kill();
  await rig.worker({ clockShiftMs: setup.clockShiftMs });
  await topic.produce();
}

/** What the activities that are to be tried again failed with. */
async function lastFailure(topic: LandedTopic): Promise<string> {
  const { raw } = await (await topic.handle()).describe();
  return (raw.pendingActivities ?? []).map(({ lastFailure: failure }) => failure?.message ?? '').join('\n');
}
