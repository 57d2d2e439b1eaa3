import { SoundFlowError } from '../../core/errors.ts';

const NO_ERROR = 0;
/** Answered when an offset is below the log's start or above its end. */
export const OFFSET_OUT_OF_RANGE = 1;
const TOPIC_AUTHORIZATION_FAILED = 29;

/** Names of the errors that pass when leaders are looked up anew: they move, and disks and replicas come back. */
const NAMES: Readonly<Record<number, string>> = {
  3: 'UNKNOWN_TOPIC_OR_PARTITION',
  5: 'LEADER_NOT_AVAILABLE',
  6: 'NOT_LEADER_OR_FOLLOWER',
  7: 'REQUEST_TIMED_OUT',
  8: 'BROKER_NOT_AVAILABLE',
  9: 'REPLICA_NOT_AVAILABLE',
  13: 'NETWORK_EXCEPTION',
  56: 'KAFKA_STORAGE_ERROR',
  74: 'FENCED_LEADER_EPOCH',
  75: 'UNKNOWN_LEADER_EPOCH',
  78: 'OFFSET_NOT_AVAILABLE',
  100: 'UNKNOWN_TOPIC_ID',
  103: 'INCONSISTENT_TOPIC_ID',
};

/**
 * Passes when a broker answered without an error.
 * @throws an error with Kafka's `type`, to be tried again with new leaders; BAD_SETTING when we may not read the topic.
 */
export function throwIfFailed(errorCode: number, topic: string): void {
  if (errorCode === NO_ERROR) return;
  if (errorCode === TOPIC_AUTHORIZATION_FAILED) {
    const message = `topic ${topic}: the broker does not let us read it. Give our user the right to describe and read the topic.`;
    throw new SoundFlowError('BAD_SETTING', message);
  }
  const type = NAMES[errorCode] ?? `code ${String(errorCode)}`;
  throw Object.assign(new Error(`Kafka answered with the error ${type}`), { type });
}
