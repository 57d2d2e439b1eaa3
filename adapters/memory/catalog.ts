import { SoundFlowError } from '../../core/errors.ts';
import type {
  Catalog,
  CheckRecord,
  Fact,
  LandedHour,
  LedgerEntry,
  Materialization,
  RunRecord,
} from '../../core/ports/catalog.ts';

/** An empty catalogue that is gone with its process. */
export function createMemoryCatalog(): Catalog {
  const materializations = createNewest<Materialization>('first');
  const checks = createNewest<CheckRecord>('later');
  const ledger = createNewest<LedgerEntry>('later');
  const runs = new Map<string, RunRecord>();
  const landedHours = new Map<string, LandedHour>();
  const folded = new Map<string, number>();

  function take(fact: Fact): void {
    switch (fact.fact) {
      case 'materialization': {
        const { asset, partition, version, run } = fact.value;
        materializations.take(fact.value, { of: [asset, partition ?? ''], by: [version, run] });
        return;
      }
      case 'check':
        checks.take(fact.value, { of: [fact.value.asset, fact.value.check], by: [fact.value.run] });
        return;
      case 'ledger':
        ledger.take(fact.value, { of: [fact.value.topic, fact.value.hour], by: [fact.value.run] });
        return;
      case 'run': {
        const known = runs.get(fact.value.id);
        if (known === undefined || isFurther(fact.value, known)) runs.set(fact.value.id, fact.value);
        return;
      }
      case 'landedHour': {
        const key = keyOf(fact.value.topic, fact.value.hour);
        if (fact.value.position > (landedHours.get(key)?.position ?? -Infinity)) landedHours.set(key, fact.value);
        return;
      }
      case 'folded':
        folded.set(fact.value.topic, Math.max(fact.value.position, folded.get(fact.value.topic) ?? -Infinity));
    }
  }

  return {
    async record(facts) {
      for (const { value } of facts) requireWhole(value);
      for (const fact of facts) take(fact);
      return Promise.resolve();
    },
    folded: (topic) => Promise.resolve(folded.get(topic) ?? -1),
    landedHours: (topic) => Promise.resolve(byKey(landedHours).filter((hour) => hour.topic === topic)),
    materializations: (asset) =>
      Promise.resolve(materializations.newest().filter((it) => asset === undefined || it.asset === asset)),
    runs: (limit) =>
      Promise.resolve(
        [...runs.values()]
          .reverse()
          .sort((a, b) => b.startedAt - a.startedAt)
          .slice(0, limit),
      ),
    checks: () => Promise.resolve(checks.newest()),
    ledger: () => Promise.resolve(ledger.newest()),
    close: () => Promise.resolve(),
  };
}

interface Keys {
  readonly of: readonly string[];
  readonly by: readonly string[];
}

/** Keeps every fact by what it is of and by whom, the `first` or the `later` of two; and the newest by what it is of. */
function createNewest<T extends { readonly at: number }>(rule: 'first' | 'later') {
  const history = new Map<string, T>();
  const newest = new Map<string, T>();
  return {
    take(value: T, { of, by }: Keys): void {
      const known = history.get(keyOf(...of, ...by));
      if (known !== undefined && (rule === 'first' || known.at >= value.at)) return;
      history.set(keyOf(...of, ...by), value);
      const key = keyOf(...of);
      if (value.at >= (newest.get(key)?.at ?? -Infinity)) newest.set(key, value);
    },
    newest: () => byKey(newest),
  };
}

/** An ended run stays ended; of two running ones the one further on stands. */
function isFurther(value: RunRecord, known: RunRecord): boolean {
  const progress = (run: RunRecord) => [Number(run.status !== 'running'), run.endedAt ?? 0, run.steps, run.failed];
  const before = progress(known);
  const [change = 0] = progress(value)
    .map((number, index) => number - (before[index] ?? 0))
    .filter((difference) => difference !== 0);
  return change > 0;
}

/** Sorts as its parts do, one after the other. */
function keyOf(...parts: readonly string[]): string {
  return parts.join('\0');
}

function byKey<T>(map: ReadonlyMap<string, T>): readonly T[] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}

/** Numbers in a catalogue are whole. */
function requireWhole(value: Fact['value']): void {
  const wrong = Object.entries(value).find(([, it]) => typeof it === 'number' && !Number.isSafeInteger(it));
  if (wrong !== undefined)
    throw new SoundFlowError('BAD_REQUEST', `catalog in memory: ${wrong[0]} is ${String(wrong[1])}, not a whole number.`);
}
