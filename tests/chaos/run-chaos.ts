import { setTimeout as wait } from 'node:timers/promises';
import type { ChaosCase } from './chaos-case.ts';
import { CASES } from './cases/all.ts';
import { countByDeltaRs } from './lake-content.ts';
import { Rig } from './rig.ts';
import { needed, openStage, type Stage } from './stage.ts';

/** Declares a test for each case and seed. CHAOS_CASE (a pattern of names) and CHAOS_SEED choose among them. */
export function describeChaos(seedsOf: (one: ChaosCase) => number): void {
  const stage = openStage();
  const [wanted, seed] = [new RegExp(process.env.CHAOS_CASE ?? ''), Number(process.env.CHAOS_SEED ?? 0)];
  afterAll(() => stage.close(), 120_000);

  const runs = CASES.filter(({ name }) => wanted.test(name)).flatMap((one) => {
    const seeds = seed > 0 ? [seed] : Array.from({ length: seedsOf(one) }, (_, index) => index + 1);
    return seeds.map((number) => ({ one, name: one.name, number }));
  });
  it.concurrent.each(runs)('$name, seed $number', ({ one, number }) => runCase(stage, one, number));
}

const CASE_WITHIN_MS = 280_000;

async function runCase(stage: Stage, one: ChaosCase, seed: number): Promise<void> {
  const began = Date.now();
  const rig = await Rig.open(stage, seed);
  let outcome = 'passed';
  try {
    await within(CASE_WITHIN_MS, playCase(one, rig));
  } catch (cause) {
    const what = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    outcome = `failed: ${what}\nalone: CHAOS_CASE='${one.name}' CHAOS_SEED=${String(seed)} npm run test:chaos`;
    throw new Error(`${one.name}, seed ${String(seed)} ${outcome}`, { cause });
  } finally {
    const seconds = Math.round((Date.now() - began) / 1000);
    process.stderr.write(`${one.name}, seed ${String(seed)}, ${String(seconds)} s: ${outcome}\n`);
    await rig.close();
  }
}

async function playCase(one: ChaosCase, rig: Rig): Promise<void> {
  await one.run(rig);
  for (const topic of rig.topics) {
    await topic.landed();
    await topic.holdsWhatWasSent();
  }
  if (rig.seed % 10 === 1) await othersReadTheSame(rig);
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  const over = new AbortController();
  const late = wait(ms, undefined, { signal: over.signal }).then(() => {
    throw new Error(`it is not over after ${String(ms / 1000)} s`);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    late.catch(() => undefined);
    over.abort();
  }
}

/** A reader that knows nothing of us sees the same rows, each once. */
async function othersReadTheSame({ topics }: Rig): Promise<void> {
  for (const topic of topics) {
    const rows = (await topic.log()).reduce((sum, { counts }) => sum + counts.rows, 0);
    expect(await countByDeltaRs(topic.table, needed('TEST_DELTA_PYTHON'))).toEqual({ rows, places: rows });
  }
}
