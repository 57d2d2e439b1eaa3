import type { TopicAsset } from '../core/assets.ts';
import { SoundFlowError } from '../core/errors.ts';

/** The topic asset of a key. @throws NOT_FOUND when this worker has no such topic. */
export function topicOf(topics: ReadonlyMap<string, TopicAsset>, key: string): TopicAsset {
  const topic = topics.get(key);
  if (topic !== undefined) return topic;
  const known = [...topics.keys()].sort().join(', ');
  throw new SoundFlowError(
    'NOT_FOUND',
    `topic ${key}: this worker has no such asset. It has ${known}. Add assets/topics/${key}.ts or stop land/${key}.`,
  );
}

/** Said of a topic without a log. */
export function noLog(topic: string): SoundFlowError {
  return new SoundFlowError('NOT_FOUND', `topic ${topic}: its table has no commit yet. Start landing it first.`);
}
