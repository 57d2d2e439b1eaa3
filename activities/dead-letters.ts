import { SoundFlowError } from '../core/errors.ts';
import type { Hour } from '../core/hours.ts';
import type { DeadLetterFile } from '../core/landing/commit.ts';
import type { OffsetSet } from '../core/landing/offset-set.ts';
import type { DeadLetter } from '../core/ports/landed-files.ts';
import type { LandingDeps } from './deps.ts';

/** Where dead letters lie: the files of one hour of a topic. */
export interface DeadLetterHour {
  readonly topic: string;
  readonly hour: Hour;
  readonly files: readonly DeadLetterFile[];
}

/** The dead letters of an hour that no replay has landed yet, file by file. @throws DAMAGED naming a file that is not there. */
export async function* deadLettersOf(
  { objects, files }: Pick<LandingDeps, 'objects' | 'files'>,
  wanted: DeadLetterHour,
  redeemed: OffsetSet,
): AsyncIterable<readonly DeadLetter[]> {
  for (const { path } of wanted.files) {
    const content = await objects.get(`${wanted.topic}/${path}`);
    if (content === null) {
      throw new SoundFlowError(
        'DAMAGED',
        `${wanted.topic}/${path}: not there, though the log names it. Rebuild ${wanted.hour}: soundflow lake rebuild.`,
      );
    }
    const letters = await files.deadLetters(content);
    yield letters.filter(({ epoch, partition, offset }) => !redeemed.has(epoch, partition, offset));
  }
}
