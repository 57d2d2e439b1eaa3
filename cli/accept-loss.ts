import type { Client } from '@temporalio/client';
import { SoundFlowError } from '../core/errors.ts';
import type { LossAnswer } from '../core/landing/loss.ts';
import type { OffsetRange } from '../core/ports/event-log.ts';
import { landingId } from '../core/workflow-ids.ts';
import { print, type Output } from './output.ts';

const RANGE = /^(\d+):(\d+)-(\d+)$/;

/** Reads `partition:from-to`, as `soundflow status` writes a stopped range. @throws BAD_REQUEST */
export function parseRange(text: string): OffsetRange {
  const [, partition, from, to] = RANGE.exec(text) ?? [];
  if (partition !== undefined) return { partition: Number(partition), from: Number(from), to: Number(to) };
  throw new SoundFlowError(
    'BAD_REQUEST',
    `range ${JSON.stringify(text)}: write partition:from-to, such as 0:120-480, as soundflow status shows it.`,
  );
}

/** Gives up exactly what a topic's landing is stopped at. @throws BAD_REQUEST saying which ranges are stopped */
export async function acceptLoss(
  client: Client,
  asked: { readonly topic: string; readonly ranges: readonly string[] },
  output: Output,
): Promise<void> {
  const ranges = asked.ranges.map(parseRange);
  const handle = client.workflow.getHandle(landingId(asked.topic));
  const answer = await handle.executeUpdate<LossAnswer, [readonly OffsetRange[]]>('acceptLoss', { args: [ranges] });
  if (!answer.accepted) throw new SoundFlowError('BAD_REQUEST', `${asked.topic}: ${answer.why}.`);
  print(output, answer, () => `${asked.topic}: given up in commit ${String(answer.position)}; landing goes on.`);
}
