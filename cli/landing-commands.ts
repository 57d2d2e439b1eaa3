import type { Command } from 'commander';
import { SoundFlowError } from '../core/errors.ts';
import { parseHour } from '../core/hours.ts';
import type { AmendmentKind } from '../core/landing/amendment.ts';
import type { Config } from '../temporal.config.ts';
import { openRepository } from '../workers/compose.ts';
import { openLake, type Lake } from '../workers/lake.ts';
import { acceptLoss } from './accept-loss.ts';
import { amend } from './amend.ts';
import { countDeadLetters, showDeadLetters } from './dead-letters.ts';
import { JSON_FLAG, note, outputOf, positive, type Flags } from './flags.ts';
import { sweepLake, verifyLake } from './lake.ts';
import { withClient } from './with-client.ts';

interface Hours extends Flags {
  readonly topic: string;
  readonly from: string;
  readonly to: string;
}

interface SomeHours extends Flags {
  readonly topic?: string;
  readonly from?: string;
  readonly to?: string;
}

/** Adds the commands about what was landed: the lake, its dead letters, and losses. */
export function landingCommands(program: Command, config: Config): void {
  const lake = program.command('lake').description('The tables that landing writes: verify, sweep, rebuild, compact.');
  lake
    .command('verify')
    .description('Reads every file that the logs name and says what is missing, damaged or does not join up.')
    .option('--topic <topic>', 'only this topic')
    .option(...JSON_FLAG)
    .action((flags: SomeHours) =>
      withLake(config, flags.topic, (open, topics) => verifyLake(open, { topics, note }, outputOf(flags))),
    );
  lake
    .command('sweep')
    .description('Removes objects that no commit has ever named and that are older than 7 days.')
    .option('--topic <topic>', 'only this topic')
    .option('--dry-run', 'only say what would be removed', false)
    .option(...JSON_FLAG)
    .action((flags: SomeHours & { readonly dryRun: boolean }) =>
      withLake(config, flags.topic, (open, topics) => sweepLake(open, { topics, dryRun: flags.dryRun }, outputOf(flags))),
    );
  amendCommand(lake.command('rebuild').description('Reads closed hours again from the broker and puts them in place.'), config);
  amendCommand(
    lake.command('compact').description('Joins the small files of closed hours: the same rows in fewer files.'),
    config,
  );
  deadLetterCommands(program, config);
  program
    .command('accept-loss')
    .description('Gives up exactly the offsets at which a topic is stopped, so that landing goes on.')
    .requiredOption('--topic <topic>', 'the topic')
    .requiredOption('--range <partition:from-to...>', 'each stopped range, as soundflow status shows it')
    .option(...JSON_FLAG)
    .action((flags: Flags & { readonly topic: string; readonly range: readonly string[] }) =>
      withClient(config, (client) => acceptLoss(client, { topic: flags.topic, ranges: flags.range }, outputOf(flags))),
    );
}

function deadLetterCommands(program: Command, config: Config): void {
  const letters = program.command('dead-letters').description('Records that did not fit their contract: list, show, replay.');
  letters
    .command('list')
    .description('Counts them by topic, landing hour, field and reason.')
    .option('--topic <topic>', 'only this topic')
    .option('--from <hour>', 'first landing hour')
    .option('--to <hour>', 'landing hour to stop before')
    .option(...JSON_FLAG)
    .action((flags: SomeHours) =>
      withLake(config, flags.topic, (lake, topics) =>
        countDeadLetters(
          topics.map((topic) => ({ topic, hours: lake.deadLetters({ topic, ...hoursOf(flags) }) })),
          outputOf(flags),
        ),
      ),
    );
  letters
    .command('show')
    .description('The newest of a topic, each with the record as it was.')
    .requiredOption('--topic <topic>', 'the topic')
    .option('--from <hour>', 'first landing hour')
    .option('--to <hour>', 'landing hour to stop before')
    .option('--limit <records>', 'records to show', positive, 10)
    .option(...JSON_FLAG)
    .action((flags: SomeHours & { readonly topic: string; readonly limit: number }) =>
      withLake(config, flags.topic, (lake) =>
        showDeadLetters(lake.deadLetters({ topic: flags.topic, ...hoursOf(flags) }), { limit: flags.limit }, outputOf(flags)),
      ),
    );
  amendCommand(letters.command('replay').description("Lands what is good by today's contract, exactly once."), config);
}

/** Gives a command the options of an amendment; its name is the kind. */
function amendCommand(command: Command, config: Config): void {
  command
    .requiredOption('--topic <topic>', 'the topic')
    .requiredOption('--from <hour>', 'first landing hour, such as 2026-11-20T00')
    .requiredOption('--to <hour>', 'landing hour to stop before')
    .option(...JSON_FLAG)
    .action((flags: Hours) => {
      const { topic, from, to } = flags;
      const asked = { kind: kindOf(command.name()), topic, from, to };
      return withClient(config, (client) =>
        amend({ client, taskQueue: config.temporal.taskQueue, note }, asked, outputOf(flags)),
      );
    });
}

function kindOf(name: string): AmendmentKind {
  return name === 'rebuild' || name === 'compact' ? name : 'replay';
}

function hoursOf({ from, to }: SomeHours) {
  return {
    from: from === undefined ? null : parseHour(from, '--from'),
    to: to === undefined ? null : parseHour(to, '--to'),
  };
}

/** Works with the lake on one topic or all. @throws NOT_FOUND for a topic that is no asset */
async function withLake(
  config: Config,
  topic: string | undefined,
  work: (lake: Lake, topics: readonly string[]) => Promise<void>,
): Promise<void> {
  const known = [...(await openRepository(config)).topics.keys()].sort();
  if (topic !== undefined && !known.includes(topic)) {
    throw new SoundFlowError('NOT_FOUND', `topic ${topic}: there is no such asset. The topics are ${known.join(', ')}.`);
  }
  const lake = await openLake(config);
  try {
    await work(lake, topic === undefined ? known : [topic]);
  } finally {
    await lake.close();
  }
}
