import type { LandingDeps } from '../../activities/deps.ts';
import { createDeltaCommitLog } from '../../adapters/delta/commit-log.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';

/** Where in a batch a worker dies, by SIGKILL, the first time it comes there. */
export const CRASHES = [
  'before planning',
  'before a file is put',
  'after a file is put',
  'before the commit is put',
  'after the commit is put',
  'before announcing',
  'after announcing',
] as const;

export type Crash = (typeof CRASHES)[number];

/** The same deps, but the process kills itself at `crash`; commit 0, which opens the table, passes. */
export function crashingDeps(deps: LandingDeps, crash: Crash): LandingDeps {
  const at = (here: Crash) => {
    if (here === crash) process.kill(process.pid, 'SIGKILL');
  };
  const objects: ObjectStore = {
    ...deps.objects,
    async putIfAbsent(path, content) {
      const isCommit = path.includes('_delta_log') && !path.endsWith('/00000000000000000000.json');
      const isFile = path.endsWith('.parquet');
      if (isFile) at('before a file is put');
      if (isCommit) at('before the commit is put');
      const put = await deps.objects.putIfAbsent(path, content);
      if (isFile) at('after a file is put');
      if (isCommit) at('after the commit is put');
      return put;
    },
  };
  return {
    ...deps,
    objects,
    commits: createDeltaCommitLog(objects),
    eventLog: {
      ...deps.eventLog,
      offsets: (topic) => {
        at('before planning');
        return deps.eventLog.offsets(topic);
      },
      announce: async (group, topic, offsets) => {
        at('before announcing');
        await deps.eventLog.announce(group, topic, offsets);
        at('after announcing');
      },
    },
  };
}
