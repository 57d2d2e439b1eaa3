import { SoundFlowError } from '../core/errors.ts';
import { hourOfAmendment, redemption } from '../core/landing/amend.ts';
import type { EpochRange, LandedFile } from '../core/landing/commit.ts';
import { joinRanges } from '../core/landing/offset-set.ts';
import type { DeadLetter } from '../core/ports/landed-files.ts';
import { chunkOf } from '../core/records.ts';
import type { Prepare } from './amend-hour.ts';
import { deadLettersOf } from './dead-letters.ts';
import type { LandingDeps } from './deps.ts';
import { hourRecord, redeemedOffsets } from './hour-record.ts';
import { putRows, type FilePlace } from './put-file.ts';
import { topicOf } from './topic-of.ts';

/** Holds the dead letters of an hour against today's contract and lands what is good by it into the open hour, each once. */
export const replayHour: Prepare = async (deps, { topic, hour, head, now }, beat) => {
  const { contract } = topicOf(deps.topics, topic);
  const record = await hourRecord(deps.commits, { topic, hour, head });
  const redeemed = await redeemedOffsets(deps.commits, topic, head);
  const landing = { topic, hour: hourOfAmendment('replay', head, now), position: head.position + 1 };
  const made: LandedFile[] = [];
  const redeems: EpochRange[] = [];
  for await (const letters of deadLettersOf(deps, { topic, hour, files: record.deadLetters }, redeemed)) {
    const good = letters.filter(({ raw }) => contract.decode(raw).ok);
    if (good.length === 0) continue;
    made.push(await land(deps, { ...landing, part: `r${String(made.length)}` }, good));
    redeems.push(...good.map(({ epoch, partition, offset }) => ({ epoch, partition, from: offset, to: offset + 1 })));
    beat.report({ hour, redeemed: redeems.length });
  }
  return made.length === 0 ? null : redemption(made, joinRanges(redeems));
};

async function land({ encoder, objects }: LandingDeps, where: FilePlace, good: readonly DeadLetter[]): Promise<LandedFile> {
  const open = encoder.open({ topic: where.topic, landedHour: where.hour });
  try {
    for (const { epoch, partition, letters } of byPartition(good)) {
      const records = letters.map(({ offset, at, raw }) => ({ partition, offset, timestamp: at, value: raw }));
      await open.add(chunkOf(partition, records), epoch);
    }
    const { rows } = await open.finish();
    if (rows?.rows !== good.length) {
      const why = `${String(rows?.rows ?? 0)} of ${String(good.length)} dead letters that fit their contract were encoded`;
      throw new SoundFlowError(
        'BAD_ASSET',
        `${where.topic}: ${why}. Nothing was changed; report this as a defect of the encoder.`,
      );
    }
    return await putRows(objects, where, rows);
  } finally {
    await open.discard();
  }
}

function byPartition(letters: readonly DeadLetter[]) {
  const groups = new Map<string, { epoch: number; partition: number; letters: DeadLetter[] }>();
  for (const letter of letters) {
    const { epoch, partition } = letter;
    const key = `${String(epoch)}/${String(partition)}`;
    const group = groups.get(key) ?? { epoch, partition, letters: [] };
    group.letters.push(letter);
    groups.set(key, group);
  }
  return [...groups.values()].map((group) => ({ ...group, letters: group.letters.sort((a, b) => a.offset - b.offset) }));
}
