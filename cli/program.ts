import { join } from 'node:path';
import { Command } from 'commander';
import { readConfig, type Config } from '../temporal.config.ts';
import { openCatalog, openRepository } from '../workers/compose.ts';
import { openEstimate, openMarts } from '../workers/open-warehouse.ts';
import { listAssets } from './assets.ts';
import { landingCommands } from './landing-commands.ts';
import { askBackfill, previewBackfill } from './backfill.ts';
import { atTheEdge } from './edge.ts';
import { showLedger } from './ledger.ts';
import { showMart } from './marts.ts';
import { withClient } from './with-client.ts';
import { JSON_FLAG, outputOf, positive, type Flags } from './flags.ts';
import { reset } from './reset.ts';
import { holderOf } from '../tools/lock.mjs';
import { showStatus } from './status.ts';

/** The `soundflow` command. */
export async function main(argv: readonly string[]): Promise<void> {
  process.exitCode = await atTheEdge(async () => {
    await programOf(readConfig(process.env)).parseAsync([...argv]);
    return 0;
  });
}

function programOf(config: Config): Command {
  const program = new Command('soundflow').description('The music-streaming pipeline and its assets.').showHelpAfterError();
  program
    .command('status')
    .description('How landing, runs, checks and backfills stand.')
    .option(...JSON_FLAG)
    .action((flags: Flags) => status(config, flags));
  program
    .command('ledger')
    .description('Every landing hour accounted for; the difference must be zero.')
    .option(...JSON_FLAG)
    .action((flags: Flags) => ledger(config, flags));
  program
    .command('assets')
    .description('All assets, what they are made from, and what is stale.')
    .option(...JSON_FLAG)
    .action((flags: Flags) => assets(config, flags));
  program
    .command('marts')
    .description('The first rows of a mart.')
    .argument('[mart]', 'name of the mart', 'mart_top_songs')
    .option('--limit <rows>', 'rows to show', positive, 10)
    .option(...JSON_FLAG)
    .action(async (mart: string, flags: Flags & { limit: number }) =>
      showMart(await openMarts(config), { mart, limit: flags.limit }, outputOf(flags)),
    );
  program
    .command('backfill')
    .description('Loads hours of staging assets again, and builds what depends on them.')
    .requiredOption('--assets <keys>', 'asset keys, with commas between')
    .requiredOption('--from <hour>', 'first UTC hour, such as 2026-11-20T00')
    .requiredOption('--to <hour>', 'UTC hour to stop before')
    .option('--concurrency <n>', 'hours loaded at once', positive, 4)
    .option('--descendants', 'also build what is made from them', false)
    .option('--id <name>', 'name of the backfill; the same name twice is one backfill')
    .option('--dry-run', 'only say what would be done and, on Google Cloud, what it would read', false)
    .option(...JSON_FLAG)
    .action((flags: BackfillFlags) => backfill(config, flags));
  landingCommands(program, config);
  program
    .command('reset')
    .description('Removes all local state, not the tools, after asking.')
    .option('--yes', 'do not ask', false)
    .action(async (flags: { yes: boolean }) => {
      process.stdout.write(
        `${await reset(config, { yes: flags.yes, running: holderOf(join(config.home, 'supervisor.lock'))?.pid ?? null })}\n`,
      );
    });
  return program;
}

interface BackfillFlags extends Flags {
  readonly assets: string;
  readonly from: string;
  readonly to: string;
  readonly concurrency: number;
  readonly descendants: boolean;
  readonly dryRun: boolean;
  readonly id?: string;
}

async function status(config: Config, flags: Flags): Promise<void> {
  const { topics } = await openRepository(config);
  const catalog = await openCatalog(config);
  await withClient(config, (client) => showStatus({ client, catalog, topics: [...topics.keys()] }, outputOf(flags)));
  await catalog.close();
}

async function ledger(config: Config, flags: Flags): Promise<void> {
  const catalog = await openCatalog(config);
  await showLedger(catalog, outputOf(flags));
  await catalog.close();
}

async function assets(config: Config, flags: Flags): Promise<void> {
  const catalog = await openCatalog(config);
  await listAssets({ ...(await openRepository(config)), catalog }, outputOf(flags));
  await catalog.close();
}

async function backfill(config: Config, flags: BackfillFlags): Promise<void> {
  const { graph, staging } = await openRepository(config);
  const { assets: keys, json, dryRun, ...rest } = flags;
  const asked = { ...rest, assets: keys.split(',').map((key) => key.trim()) };
  const output = outputOf({ json: json ?? false });
  if (dryRun) {
    await previewBackfill({ graph, staging, estimate: openEstimate(config) }, asked, output);
    return;
  }
  await withClient(config, (client) => askBackfill({ client, graph, taskQueue: config.temporal.taskQueue }, asked, output));
}
