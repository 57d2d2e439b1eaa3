import { setTimeout as wait } from 'node:timers/promises';
import type { LandingDeps } from '../../activities/deps.ts';
import { fail } from '../../adapters/files/system-error.ts';
import { createDeltaCommitLog } from '../../adapters/delta/commit-log.ts';
import { SoundFlowError } from '../../core/errors.ts';
import type { EventLog } from '../../core/ports/event-log.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { Fleet, Step, StoreFaults } from './orders.ts';

/** A fault that can end: `met` is called each time it strikes. */
export interface Faults {
  healed: boolean;
  readonly met: () => void;
}

/** A place where a batch is held once, from `held` until `goOn`. */
export interface Gate {
  pass(step: Step): Promise<void>;
  goOn(): void;
}

/** The gate that a fleet wants, open where it wants none; `held` is called when somebody is held. */
export function createGate(wanted: Fleet['gate'], held: () => void): Gate {
  let left = wanted?.nth ?? 0;
  let goOn = (): void => undefined;
  const open = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  return {
    goOn: () => {
      goOn();
    },
    async pass(step) {
      if (step !== wanted?.step) return;
      left -= 1;
      if (left !== 0) return;
      held();
      await open;
    },
  };
}

/** The same deps, held at the gate when they come to its step. */
export function gated(deps: LandingDeps, gate: Gate): LandingDeps {
  const { eventLog } = deps;
  const objects: ObjectStore = {
    ...deps.objects,
    async putIfAbsent(path, content) {
      const what = path.includes('/_delta_log/') ? 'the commit' : 'a file';
      await gate.pass(`before ${what} is put`);
      const put = await deps.objects.putIfAbsent(path, content);
      await gate.pass(`after ${what} is put`);
      return put;
    },
  };
  const log: EventLog = {
    ...eventLog,
    offsets: async (topic) => {
      await gate.pass('before planning');
      return eventLog.offsets(topic);
    },
    async *read(topic, range, signal) {
      await gate.pass('before reading');
      yield* eventLog.read(topic, range, signal);
    },
    announce: async (group, topic, offsets) => {
      await gate.pass('before announcing');
      await eventLog.announce(group, topic, offsets);
      await gate.pass('after announcing');
    },
  };
  return { ...deps, objects, commits: createDeltaCommitLog(objects), eventLog: log };
}

/** The same deps, where nobody takes an announcement. */
export function refusing(deps: LandingDeps, who: Fleet['refuses'], faults: Faults): LandingDeps {
  const refuse = (code: 'LOCKED' | 'UNAVAILABLE', what: string) => {
    if (faults.healed) return;
    faults.met();
    throw new SoundFlowError(code, `${what}, on purpose. Wait.`);
  };
  if (who === 'catalogue') {
    const record: typeof deps.catalog.record = async (facts) => {
      refuse('LOCKED', 'the catalogue is locked');
      await deps.catalog.record(facts);
    };
    return { ...deps, catalog: { ...deps.catalog, record } };
  }
  const announce: typeof deps.eventLog.announce = async (group, topic, offsets) => {
    if (who === 'group') refuse('UNAVAILABLE', 'the broker refuses the group');
    await deps.eventLog.announce(group, topic, offsets);
  };
  return { ...deps, eventLog: { ...deps.eventLog, announce } };
}

/** The store with the faults asked for. */
export function faultyStore(objects: ObjectStore, wanted: StoreFaults, faults: Faults): ObjectStore {
  const strikes = striking(wanted, faults);
  let room = wanted.roomBytes ?? Number.POSITIVE_INFINITY;
  return {
    ...objects,
    async putIfAbsent(path, content) {
      if (content.length > room && !faults.healed) {
        faults.met();
        fail('write', path, Object.assign(new Error('no space left on device'), { code: 'ENOSPC' }));
      }
      room -= content.length;
      const strike = strikes('put');
      if (strike === 'put fails') throw broken(path, 'was not put');
      if (strike === 'put is late') await wait(wanted.lateMs);
      const put = await objects.putIfAbsent(path, content);
      if (strike === 'put is done and fails') throw broken(path, 'was put, but nobody hears of it');
      if (strike === 'put is done and answers late') await wait(wanted.lateMs);
      return strike === 'put is done and says exists' ? 'exists' : put;
    },
    async get(path) {
      const strike = strikes('read');
      if (strike === 'read fails') throw broken(path, 'cannot be read');
      if (strike === 'read is late') await wait(wanted.lateMs);
      return objects.get(path);
    },
  };
}

type StoreFault = StoreFaults['kinds'][number];

/** The fault that strikes a call, taken in turn from those of its kind; null for most calls. */
function striking({ kinds, every, times }: StoreFaults, faults: Faults): (call: 'put' | 'read') => StoreFault | null {
  const calls = { put: 0, read: 0 };
  let struck = 0;
  return (call) => {
    const ofCall = kinds.filter((kind) => kind.startsWith(call));
    calls[call] += 1;
    if (ofCall.length === 0 || faults.healed || struck >= times || calls[call] % every !== 0) return null;
    struck += 1;
    faults.met();
    return ofCall[struck % ofCall.length] ?? null;
  };
}

function broken(path: string, what: string): SoundFlowError {
  return new SoundFlowError('UNAVAILABLE', `store: ${path} ${what}, on purpose. Try again.`);
}
