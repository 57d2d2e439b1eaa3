import { parseHour, type Hour } from '../core/hours.ts';
import type { Commit } from '../core/landing/commit.ts';
import { foldCommits } from '../core/landing/fold.ts';
import { differenceOf } from '../core/ledger.ts';
import type { Fact, LandedHour, LedgerEntry } from '../core/ports/catalog.ts';
import type { LoadStep } from '../core/run-plan.ts';
import type { StagingAsset } from '../core/assets.ts';
import type { RunDeps } from './deps.ts';
import { commitsOfHour } from './hour-files.ts';

/** What a balanced run looked at: hours, and events unaccounted for in all of them. */
export interface Balance {
  readonly hours: number;
  readonly difference: number;
  readonly unbalanced: readonly string[];
}

/** Holds every hour a run loaded against the log, as of the run's positions, and takes the outcome down. */
export function createBalanceLedger(deps: RunDeps) {
  return async ({ steps, run }: { readonly steps: readonly LoadStep[]; readonly run: string }): Promise<Balance> => {
    const entries: LedgerEntry[] = [];
    for (const asset of deps.staging.values()) {
      const mine = steps.filter((step) => step.asset === asset.key);
      if (mine.length > 0) entries.push(...(await entriesOf(deps, asset, { steps: mine, run })));
    }
    const plays = await accountForPlays(deps, run);
    await deps.catalog.record([...entries.map((value): Fact => ({ fact: 'ledger', value })), ...plays.facts]);
    const unbalanced = entries
      .filter((entry) => entry.difference !== 0)
      .map((entry) => `${entry.topic} ${entry.hour}: ${String(entry.difference)}`);
    const difference = entries.reduce((sum, entry) => sum + entry.difference, 0) + plays.difference;
    return { hours: entries.length, difference, unbalanced: [...unbalanced, ...plays.unbalanced] };
  };
}

async function entriesOf(deps: RunDeps, asset: StagingAsset, { steps, run }: { steps: readonly LoadStep[]; run: string }) {
  const { schema, name } = asset.table;
  const loaded = await rowsByHour(deps, { table: `${schema}.${name}`, column: '_landed_hour' });
  const staged = await rowsByHour(deps, { table: `${schema}.${asset.key}`, column: 'landed_hour' });
  const known = new Map((await deps.catalog.landedHours(asset.topic.key)).map((landed) => [landed.hour, landed]));
  const entries: LedgerEntry[] = [];
  for (const step of steps) {
    const landed = await landedAt(deps, step, known);
    if (landed === null) continue;
    const held = { loaded: loaded.get(step.hour) ?? 0, staged: staged.get(step.hour) ?? 0 };
    entries.push({ ...landed, ...held, difference: differenceOf(landed, held), run, at: deps.now() });
  }
  return entries;
}

async function landedAt({ commits }: RunDeps, step: LoadStep, latest: ReadonlyMap<Hour, LandedHour>): Promise<LandedHour | null> {
  const known = latest.get(step.hour);
  if (known === undefined || known.position <= step.position) return known ?? null;
  const upTo: Commit[] = [];
  for await (const commit of commitsOfHour(commits, step)) upTo.push(commit);
  return foldCommits(step.topic, [], upTo).find((hour) => hour.hour === step.hour) ?? null;
}

async function rowsByHour(
  { warehouse }: RunDeps,
  { table, column }: { table: string; column: string },
): Promise<ReadonlyMap<Hour, number>> {
  const rows = await warehouse.query(`select ${column} as hour, count(*) as held from ${table} group by ${column}`);
  return new Map(rows.map((row) => [parseHour(String(row.hour).slice(0, 13), table), Number(row.held)]));
}

async function accountForPlays({ warehouse, now }: RunDeps, run: string) {
  const sources = {
    staged: 'select count(*) as plays from staging.listen_events',
    counted: 'select coalesce(sum(plays), 0) as plays from intermediate.int_daily_plays',
    filtered: 'select coalesce(sum(plays), 0) as plays from intermediate.int_filtered_plays',
  };
  const [staged = 0, counted = 0, filtered = 0] = await Promise.all(
    Object.values(sources).map(async (sql) => Number((await warehouse.query(sql))[0]?.plays ?? 0)),
  );
  const difference = Math.abs(staged - counted - filtered);
  const message = `${String(staged)} plays staged = ${String(counted)} in daily plays + ${String(filtered)} filtered with a reason`;
  const value = {
    asset: 'stg_listen_events',
    check: 'plays_accounted_for',
    status: difference === 0 ? 'pass' : 'fail',
    message,
    run,
    at: now(),
  } as const;
  const facts: readonly Fact[] = [{ fact: 'check', value }];
  return { difference, facts, unbalanced: difference === 0 ? [] : [message] };
}
