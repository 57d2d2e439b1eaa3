import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { messageOf, SoundFlowError } from '../../core/errors.ts';
import { refusalOf } from './refusal.ts';

const ATTEMPTS = 6;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;
const UNKNOWN_TOPIC_ATTEMPTS = 3;

const KafkaFailure = z.object({ type: z.string().optional(), cause: z.unknown().optional() });

/** Kafka's name of what went wrong (`UNKNOWN_TOPIC_OR_PARTITION`), also when kafkajs wrapped it; empty when it has none. */
export function typeOf(thrown: unknown): string {
  const parsed = KafkaFailure.safeParse(thrown);
  if (!parsed.success) return '';
  return parsed.data.type ?? (parsed.data.cause === thrown ? '' : typeOf(parsed.data.cause));
}

/** What is tried, named for messages (`topic plays: reading its offsets`). */
export interface Attempt {
  readonly place: string;
  readonly topic: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Does `work`, again after a growing pause when Kafka fails it: leaders change and brokers restart. `work` has to look up
 * leaders anew each time.
 * @throws NOT_FOUND for an unknown topic, BAD_SETTING when the broker refuses us, CANCELLED, UNAVAILABLE when six attempts in some five seconds failed.
 */
export async function withRetries<T>({ place, topic, signal }: Attempt, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    throwIfAborted(signal, place);
    try {
      return await work();
    } catch (cause) {
      if (cause instanceof SoundFlowError) throw cause;
      const refusal = refusalOf(cause, place);
      if (refusal !== null) throw refusal;
      if (typeOf(cause) === 'UNKNOWN_TOPIC_OR_PARTITION' && attempt >= UNKNOWN_TOPIC_ATTEMPTS) throw unknownTopic(topic, cause);
      if (attempt >= ATTEMPTS) throw unavailable(place, cause);
    }
    await pause(Math.min(FIRST_PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS), { place, signal });
  }
}

async function pause(ms: number, { place, signal }: Pick<Attempt, 'place' | 'signal'>): Promise<void> {
  await wait(ms, undefined, signal === undefined ? {} : { signal }).catch(() => {
    throwIfAborted(signal, place);
  });
}

/** @throws CANCELLED when `signal` was aborted. */
export function throwIfAborted(signal: AbortSignal | undefined, place: string): void {
  if (signal?.aborted === true) throw new SoundFlowError('CANCELLED', `${place}: cancelled.`, { cause: signal.reason });
}

function unavailable(place: string, cause: unknown): SoundFlowError {
  const message = `${place}: the broker failed ${String(ATTEMPTS)} times, at last: ${messageOf(cause)}. Check that it runs (KAFKA_BROKERS), and whether it speaks TLS (KAFKA_TLS).`;
  return new SoundFlowError('UNAVAILABLE', message, { cause });
}

function unknownTopic(topic: string, cause: unknown): SoundFlowError {
  return new SoundFlowError('NOT_FOUND', `topic ${topic}: the broker does not have it. Create it, or start the workers anew.`, {
    cause,
  });
}
