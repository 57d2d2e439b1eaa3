import { SoundFlowError } from '../core/errors.ts';
import type { Hour } from '../core/hours.ts';
import type { Head } from '../core/landing/commit.ts';

/** Refuses an hour that may still grow. @throws BAD_REQUEST */
export function requireClosed({ topic, hour, head }: { readonly topic: string; readonly hour: Hour; readonly head: Head }): void {
  if (head.hour !== null && hour < head.hour) return;
  throw new SoundFlowError(
    'BAD_REQUEST',
    `${topic} ${hour}: the hour is open, the log is at ${head.hour ?? 'its beginning'}. Only closed hours can be rewritten; wait until it is over.`,
  );
}
