import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { Commit, Frontier } from '../../core/landing/commit.ts';
import type { LossAnswer } from '../../core/landing/loss.ts';
import { reached } from '../../core/landing/rules.ts';
import type { FlushAnswer, LandingStatus } from '../../core/landing/status.ts';
import type { CommitLog } from '../../core/ports/commit-log.ts';
import { landingId } from '../../core/workflow-ids.ts';
import { landingOf } from '../../workers/always-there.ts';
import { differences, eventsInLake, followedLog } from './lake-content.ts';
import { Ledger, type Made } from './ledger.ts';
import type { Rig } from './rig.ts';
import type { Setup } from './setup.ts';

const LANDED_WITHIN_MS = 180_000;
const POLL_MS = 150;

/** A topic, what was sent to it, and its landing workflow. */
export class LandedTopic {
  readonly name: string;
  readonly table: string;
  readonly setup: Setup;
  readonly ledger = new Ledger();
  readonly commits: CommitLog;
  readonly #rig: Rig;
  readonly #taskQueue: string;
  readonly #landings = new Set<string>();

  constructor(
    place: { readonly name: string; readonly table: string; readonly taskQueue: string },
    made: { readonly rig: Rig; readonly setup: Setup; readonly commits: CommitLog },
  ) {
    this.name = place.name;
    this.table = place.table;
    this.#taskQueue = place.taskQueue;
    this.#rig = made.rig;
    this.setup = made.setup;
    this.commits = made.commits;
  }

  /** Sends a round of events, shared out over the partitions as the seed has it. */
  async produce(events = this.setup.round): Promise<void> {
    const { next } = this.#rig;
    const { partitions } = this.setup;
    const made = this.ledger.make(events, this.setup, next);
    const shares = Array.from({ length: partitions }, (): Made[] => []);
    const lone = next.chance(0.2) ? next.int(0, partitions - 1) : null;
    for (const event of made) shares[lone ?? next.int(0, partitions - 1)]?.push(event);
    for (const [partition, share] of shares.entries()) await this.send(partition, share);
  }

  /** Sends events to one partition, where the seed has it after some that are taken back. */
  async send(partition: number, events: readonly Made[]): Promise<void> {
    if (events.length === 0) return;
    const { broker, next } = this.#rig;
    if (this.setup.transactions && next.chance(0.5)) await broker.sendInVain(this.name, partition, events.slice(0, 3));
    const taken = await broker.send(this.name, partition, events);
    for (const { base, events: part } of taken) this.ledger.acknowledge(partition, base, part);
  }

  /** Starts the landing workflow on a Temporal server. */
  async startLanding(temporal = this.#rig.temporal): Promise<void> {
    const client = await this.#rig.stage.client(temporal);
    await client.workflow.start('landTopic', landingOf(this.name, this.#taskQueue));
    this.#landings.add(temporal);
  }

  async endLanding(): Promise<void> {
    for (const temporal of this.#landings) {
      const handle = await this.handle(temporal);
      await handle.terminate('the case is over').catch((failure: unknown) => {
        if (!(failure instanceof WorkflowNotFoundError)) throw failure;
      });
    }
    this.#landings.clear();
  }

  async handle(temporal = this.#rig.temporal): Promise<ReturnType<Client['workflow']['getHandle']>> {
    return (await this.#rig.stage.client(temporal)).workflow.getHandle(landingId(this.name));
  }

  async status(): Promise<LandingStatus> {
    return (await this.handle()).query<LandingStatus>('status');
  }

  async flush(): Promise<FlushAnswer> {
    return (await this.handle()).executeUpdate<FlushAnswer, []>('flush');
  }

  async acceptLoss(message: unknown): Promise<LossAnswer> {
    return (await this.handle()).executeUpdate<LossAnswer, [unknown]>('acceptLoss', { args: [message] });
  }

  /** Where the log ends; nothing before its first commit. */
  async frontier(): Promise<Frontier> {
    return (await this.commits.newest(this.name, 0))?.after ?? {};
  }

  ends(): Promise<Frontier> {
    return this.#rig.broker.ends(this.name);
  }

  log(): Promise<readonly Commit[]> {
    return followedLog(this.commits, this.name);
  }

  /** Resolves when the log has all that the broker holds now; nobody asks the workflow for anything. */
  async landed(): Promise<void> {
    await this.reaches(await this.ends());
  }

  /** Resolves when the log has come to `target`. */
  async reaches(target: Frontier): Promise<void> {
    await this.until(
      async () => reached(await this.frontier(), target),
      () => `landing does not come to ${JSON.stringify(target)}`,
    );
  }

  /** Asks again and again until it is so. @throws with how the topic stands when that takes too long. */
  async until(isSo: () => Promise<boolean>, what: () => string): Promise<void> {
    const deadline = Date.now() + LANDED_WITHIN_MS;
    while (!(await isSo())) {
      if (Date.now() > deadline) throw new Error(`${this.name}: ${what()}; ${await this.#standing()}`);
      await wait(POLL_MS);
    }
  }

  /** Holds the lake against the broker: nothing missing, nothing twice, nothing invented, and a log by the rules. */
  async holdsWhatWasSent(): Promise<void> {
    const log = await this.log();
    const found = await eventsInLake(this.table, log);
    expect(differences(this.ledger.wanted(), found)).toEqual({ missing: [], doubled: [], invented: [] });
    const counted = log.reduce((sum, { counts }) => sum + counts.rows + counts.deadLetters, 0);
    expect(counted).toBe(found.length);
  }

  async #standing(): Promise<string> {
    const frontier = JSON.stringify(await this.frontier());
    const status = await Promise.race([this.status(), wait(5_000, 'no answer')]).catch((failure: unknown) => String(failure));
    return `the log is at ${frontier}, its workflow says ${JSON.stringify(status)}`;
  }
}
