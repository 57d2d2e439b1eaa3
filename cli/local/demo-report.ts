import type { MartReader } from '../../core/ports/marts.ts';
import type { Catalog } from '../../core/ports/catalog.ts';

type Counts = Readonly<Record<string, number>>;

/** What a demo comes to, by topic and mart; `difference` is the sum of absolute differences per topic and stage. */
export interface DemoReport {
  readonly produced: Counts;
  readonly landed: Counts;
  readonly deadLetters: Counts;
  readonly loaded: Counts;
  readonly difference: number;
  readonly marts: Counts;
  readonly seconds: Counts;
}

/** Counts what the catalogue and the marts hold against what was produced. */
export async function demoReport(known: {
  readonly catalog: Catalog;
  readonly marts: MartReader;
  readonly topics: readonly string[];
  readonly produced: Counts;
  readonly seconds: Counts;
}): Promise<DemoReport> {
  const { catalog, marts, topics, produced, seconds } = known;
  const ledger = await catalog.ledger();
  const landed: Record<string, number> = {};
  const deadLetters: Record<string, number> = {};
  const loaded: Record<string, number> = {};
  let difference = ledger.reduce((sum, entry) => sum + entry.difference, 0);
  for (const topic of topics) {
    const hours = await catalog.landedHours(topic);
    landed[topic] = hours.reduce((sum, hour) => sum + hour.rows, 0);
    deadLetters[topic] = hours.reduce((sum, hour) => sum + hour.deadLetters, 0);
    loaded[topic] = ledger.filter((entry) => entry.topic === topic).reduce((sum, entry) => sum + entry.loaded, 0);
    difference += Math.abs((produced[topic] ?? 0) - landed[topic] - deadLetters[topic]) + Math.abs(landed[topic] - loaded[topic]);
  }
  const tables = await marts.tables();
  const counted = await Promise.all(
    tables.map(async (table) => [table.replace('marts.', ''), await marts.count(table)] as const),
  );
  return { produced, landed, deadLetters, loaded, difference, marts: Object.fromEntries(counted), seconds };
}
