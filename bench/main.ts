import { Command, InvalidArgumentError } from 'commander';
import { parseDuration } from '../core/durations.ts';
import { createLog } from '../tools/progress.mjs';
import { benchIdle, idleSummary } from './idle.ts';
import { benchLanding } from './land.ts';
import { circumstances, writeSection } from './page.ts';
import { PEERS, type Peer } from './peers.ts';
import { requireProc } from './process-usage.ts';
import { jsonLine, markdownTable, textTable } from './report.ts';

interface Flags {
  readonly json?: boolean;
  readonly write?: boolean;
}

/** The `bench` command. Progress goes to stderr, the outcome alone to stdout. */
export async function bench(argv: readonly string[]): Promise<number> {
  requireProc();
  await programOf().parseAsync([...argv], { from: 'user' });
  return 0;
}

function programOf(): Command {
  const program = new Command('bench').description('What the pipeline costs, measured.').showHelpAfterError();
  const json = ['--json', 'one line of JSON on stdout instead of a table'] as const;
  const write = ['--write', 'also put the run into BENCHMARKS.md'] as const;
  program
    .command('land')
    .description('Lands a backlog of listen events: speed, memory and size, beside peers on the same topic.')
    .option('--events <n>', 'events of the backlog', readCount, 5_000_000)
    .option('--peers <names>', `none, all, or some of ${PEERS.join(',')}`, readPeers, [...PEERS])
    .option('--bad <share>', 'share of bad records in a further run of ours; 0 leaves it out', readShare, 0.001)
    .option(...json)
    .option(...write)
    .action(land);
  program
    .command('idle')
    .description('What workers cost while four live topics trickle.')
    .option('--minutes <n>', 'how long to watch', readCount, 4)
    .option('--rate <n>', 'events per second of all topics together', readCount, 40)
    .option(...json)
    .option(...write)
    .action(idle);
  return program;
}

async function land(flags: Flags & { events: number; peers: readonly Peer[]; bad: number }): Promise<void> {
  const begun = circumstances();
  const { results, ...on } = await benchLanding(
    { events: flags.events, peers: flags.peers, badShare: flags.bad },
    createLog(process.stderr),
  );
  print(flags.json === true ? jsonLine({ bench: 'land', ...on }, results) : textTable(results));
  if (flags.write !== true) return;
  const what = `${on.events.toLocaleString('en-US')} events of ${String(on.eventBytes)} bytes in ${String(on.partitions)} partitions.`;
  await writeSection('land', begun, `${what}\n\n${markdownTable(results)}`);
}

async function idle(flags: Flags & { minutes: number; rate: number }): Promise<void> {
  const begun = circumstances();
  const report = await benchIdle(
    { watchMs: parseDuration(`${String(flags.minutes)} minutes`, '--minutes'), rate: flags.rate },
    createLog(process.stderr),
  );
  const summary = idleSummary(report);
  print(flags.json === true ? JSON.stringify({ bench: 'idle', ...report }) : summary);
  if (flags.write === true) await writeSection('idle', begun, summary);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function readCount(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('write a whole number above 0, such as 500000.');
}

function readShare(text: string): number {
  if (/^0(\.\d+)?$/.test(text) && Number(text) < 1) return Number(text);
  throw new InvalidArgumentError('write a share from 0 to below 1, such as 0.001.');
}

function readPeers(text: string): readonly Peer[] {
  if (text === 'none') return [];
  if (text === 'all') return PEERS;
  const names = text.split(',').map((name) => name.trim());
  const known = PEERS.filter((name) => names.includes(name));
  if (known.length === names.length) return known;
  throw new InvalidArgumentError(`write none, all, or some of ${PEERS.join(',')}.`);
}
