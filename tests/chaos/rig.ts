import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createDeltaCommitLog } from '../../adapters/delta/commit-log.ts';
import { createFileStore } from '../../adapters/files/object-store.ts';
import { createSqliteCatalog } from '../../adapters/sqlite/catalog.ts';
import type { LandedHour } from '../../core/ports/catalog.ts';
import type { Broker } from './broker.ts';
import type { Fleet } from './orders.ts';
import type { Seeded } from './seeded.ts';
import { drawSetup, type Setup } from './setup.ts';
import { needed, type Stage } from './stage.ts';
import { LandedTopic } from './landed-topic.ts';
import { WorkerProcess } from './worker-process.ts';

/** A fleet, and the process that runs it. */
export interface Placed {
  readonly id: string;
  readonly process: WorkerProcess;
}

let opened = 0;

/** One seed's broker, lake, workers and topics. Everything is real; only what a case asks for is broken. */
export class Rig {
  readonly seed: number;
  readonly stage: Stage;
  readonly setup: Setup;
  readonly next: Seeded;
  readonly home: string;
  readonly name: string;
  readonly topics: LandedTopic[] = [];
  /** Where topics are and where landing runs, unless a case has its own. */
  broker: Broker;
  temporal: string;
  readonly #commits;
  readonly #endings: (() => Promise<unknown>)[] = [];
  #hosted: Placed[] = [];
  #fleets = 0;

  static async open(stage: Stage, seed: number): Promise<Rig> {
    return new Rig({ stage, seed, home: await mkdtemp(join(needed('TEST_SCRATCH'), 'case-')), broker: await stage.broker() });
  }

  private constructor(made: { readonly stage: Stage; readonly seed: number; readonly home: string; readonly broker: Broker }) {
    const encoder = process.env.LANDING_ENCODER;
    const { setup, next } = drawSetup(made.seed, encoder === 'arrow' || encoder === 'columnar' ? encoder : undefined);
    this.stage = made.stage;
    this.seed = made.seed;
    this.home = made.home;
    this.broker = made.broker;
    this.temporal = made.stage.temporal;
    this.setup = setup;
    this.next = next;
    this.name = `chaos_${String(process.pid)}_${String((opened += 1))}`;
    this.#commits = createDeltaCommitLog(createFileStore(join(made.home, 'lake')));
  }

  /** Something to give back when the case is over. */
  ending(end: () => Promise<unknown>): void {
    this.#endings.unshift(end);
  }

  /** Makes a topic; `other` changes what the seed made of it. Topics are made before the workers that serve them. */
  async topic(other: Partial<Setup> = {}): Promise<LandedTopic> {
    const name = `${this.name}_${String(this.topics.length)}`;
    const setup = { ...this.setup, ...other };
    const place = { name, table: join(this.home, 'lake', name), taskQueue: this.name };
    const topic = new LandedTopic(place, { rig: this, setup, commits: this.#commits });
    this.topics.push(topic);
    await this.broker.create(name, setup.partitions);
    return topic;
  }

  /** A worker in a process that many cases share; it cannot be killed. */
  async worker(other: Partial<Fleet> = {}, which: 'first' | 'second' = 'first'): Promise<Placed> {
    const process_ = await this.stage.host(which);
    const placed = await this.#serve(process_, other);
    this.#hosted.push(placed);
    return placed;
  }

  /** A worker in a process of its own; `fileBytes` is the largest file that the system lets it write. */
  async ownWorker(other: Partial<Fleet> = {}, fileBytes: number | null = null): Promise<Placed> {
    const process_ = await WorkerProcess.start(await this.stage.programs(), fileBytes);
    this.ending(() => process_.kill());
    return this.#serve(process_, other);
  }

  /** The landing hours of a topic as the catalogue of this rig's workers has them. */
  async catalogued(topic: LandedTopic): Promise<readonly LandedHour[]> {
    const catalogue = await createSqliteCatalog({ file: join(this.home, 'catalog.db') });
    try {
      return await catalogue.landedHours(topic.name);
    } finally {
      await catalogue.close();
    }
  }

  /** Ends a worker when it is done with what it has begun. */
  async leave(placed: Placed): Promise<void> {
    const { process: process_, id } = placed;
    this.#hosted = this.#hosted.filter((one) => one !== placed);
    await process_.order({ do: 'heal', id });
    await process_.order({ do: 'go on', id });
    await process_.order({ do: 'leave', id });
  }

  /** Ends everything, the youngest first. */
  async close(): Promise<void> {
    for (const topic of this.topics) await topic.endLanding();
    for (const placed of [...this.#hosted]) await this.leave(placed);
    for (const end of this.#endings) await end();
    await rm(this.home, { recursive: true, force: true });
  }

  async #serve(process_: WorkerProcess, other: Partial<Fleet>): Promise<Placed> {
    const { encoder, segmentEvents, batchSegments, window, tickMs } = this.topics[0]?.setup ?? this.setup;
    const id = `${this.name}_fleet_${String((this.#fleets += 1))}`;
    const at = typeof this.broker.at === 'number' ? this.broker.at : [...this.broker.at];
    const fleet: Fleet = {
      ...{ id, address: this.temporal, taskQueue: this.name, topics: this.topics.map(({ name }) => name), broker: at },
      ...{ home: this.home, encoder, segmentEvents, batchSegments, window, tickMs, clockShiftMs: 0, landSlots: 2 },
      ...{ gate: null, mute: false, store: null, refuses: null },
      ...other,
    };
    await process_.serve(fleet);
    return { id, process: process_ };
  }
}
