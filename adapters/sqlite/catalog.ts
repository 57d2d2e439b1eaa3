import { resolve } from 'node:path';
import type { Catalog } from '../../core/ports/catalog.ts';
import { createTurns } from '../../core/turns.ts';
import { openDatabase } from './database.ts';
import { failureOf } from './failure.ts';
import { readChecks, readFolded, readLandedHours, readLedger, readMaterializations, readRuns } from './queries.ts';
import { recordFact } from './record.ts';

/** Waiting for a lock blocks the thread, so those of one process that write to the same file wait for each other here instead. */
const turns = createTurns();

/**
 * The catalogue in one SQLite file, which many processes may have open. `patienceMs` is how long a call waits for another
 * process that writes. @throws LOCKED, BAD_SETTING for a file that is no catalogue, UNAVAILABLE; so does every call.
 */
export async function createSqliteCatalog(place: { readonly file: string; readonly patienceMs?: number }): Promise<Catalog> {
  const file = resolve(place.file);
  const patienceMs = place.patienceMs ?? 10_000;

  async function named<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      throw failureOf(cause, file);
    }
  }

  const { db, write } = await named(() => turns(file, () => openDatabase({ file, patienceMs })));
  return {
    async record(facts) {
      if (facts.length === 0) return;
      const all = (): Promise<void> =>
        write(async (transaction) => {
          for (const fact of facts) await recordFact(transaction, fact);
        });
      await named(() => turns(file, all));
    },
    folded: (topic) => named(() => readFolded(db, topic)),
    landedHours: (topic) => named(() => readLandedHours(db, topic)),
    materializations: (asset) => named(() => readMaterializations(db, asset)),
    runs: (limit) => named(() => readRuns(db, limit)),
    checks: () => named(() => readChecks(db)),
    ledger: () => named(() => readLedger(db)),
    close: () => named(() => db.destroy()),
  };
}
