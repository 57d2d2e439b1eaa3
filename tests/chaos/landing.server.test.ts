import { randomUUID } from 'node:crypto';
import { landingId } from '../../core/workflow-ids.ts';
import { CRASHES } from './faults.ts';
import { death, openRig, type LandingRig } from './landing-rig.ts';

jest.setTimeout(180_000);

async function withRig(work: (rig: LandingRig) => Promise<void>): Promise<void> {
  const rig = await openRig(`chaos_${randomUUID().slice(0, 8)}`);
  try {
    await work(rig);
  } finally {
    await rig.close();
  }
}

describe('a landing worker killed in the middle of a batch', () => {
  it.concurrent.each(CRASHES)('%s: nothing missing, nothing twice', (crash) =>
    withRig(async (rig) => {
      await rig.produce(50);
      const doomed = await rig.startWorker({ crash });
      await rig.startLanding();
      await death(doomed);
      expect(doomed.signalCode).toBe('SIGKILL');
      await rig.produce(20);
      await rig.startWorker();
      expect(await rig.flush()).toMatchObject({ landed: true });
      expect(await rig.compare()).toEqual({ missing: 0, doubled: 0, landed: 168, rejected: 42 });
    }),
  );
});

describe('a landing workflow across an hour boundary', () => {
  it('reset, terminated and started again: nothing missing, nothing twice, and hours never go back', () =>
    withRig(async (rig) => {
      const HOUR_MS = 3_600_000;
      await rig.produce(20);
      const first = await rig.startWorker();
      await rig.startLanding();
      expect(await rig.flush()).toMatchObject({ landed: true });
      first.kill('SIGKILL');
      await death(first);

      await rig.produce(20);
      const later = await rig.startWorker({ clockShiftMs: HOUR_MS });
      const handle = rig.client.workflow.getHandle(landingId(rig.topic));
      await rig.reset();
      expect(await rig.flush()).toMatchObject({ landed: true });
      later.kill('SIGKILL');
      await death(later);

      await rig.produce(20);
      await handle.terminate('a test');
      await rig.startWorker();
      await rig.startLanding();
      expect(await rig.flush()).toMatchObject({ landed: true });
      expect(await rig.compare()).toMatchObject({ missing: 0, doubled: 0, landed: 144, rejected: 36 });
      const newest = await rig.commits.newest(rig.topic, 0);
      const hours: string[] = [];
      for await (const commit of rig.commits.range(rig.topic, 0, newest?.position ?? -1)) hours.push(commit.hour);
      expect(hours).toEqual([...hours].sort());
      expect(new Set(hours).size).toBe(2);
    }));
});
