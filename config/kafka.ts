import type { z } from 'zod';
import { SoundFlowError } from '../core/errors.ts';
import { brokers, duration, port, setting, whole, type Environment } from './read.ts';

/** Settings of the broker. */
export const kafkaSettings = {
  SOUNDFLOW_KAFKA_PORT: setting(
    port,
    '9092',
    'Port of the local Kafka broker. KAFKA_BROKERS, where set, names brokers to use instead.',
  ),
  SOUNDFLOW_KAFKA_CONTROLLER_PORT: setting(port, '9093', "Port of the local broker's controller."),
  KAFKA_PARTITIONS: setting(whole(1, 2_000), '4', 'Partitions of a topic that is made.'),
  KAFKA_RETENTION: setting(duration, '7 days', 'How long the broker keeps events.'),
};

type KafkaValues = { readonly [Name in keyof typeof kafkaSettings]: z.output<(typeof kafkaSettings)[Name]> };

/** The broker's part of the configuration. @throws SoundFlowError BAD_SETTING */
export function kafkaOf(env: Environment, values: KafkaValues) {
  const given = env.KAFKA_BROKERS;
  const parsed = brokers.safeParse(given ?? `127.0.0.1:${String(values.SOUNDFLOW_KAFKA_PORT)}`);
  if (!parsed.success) {
    const why = parsed.error.issues[0]?.message ?? 'it cannot be read';
    throw new SoundFlowError(
      'BAD_SETTING',
      `KAFKA_BROKERS=${JSON.stringify(given)}: ${why}. Example: KAFKA_BROKERS=127.0.0.1:9092`,
    );
  }
  return {
    external: given !== undefined,
    brokers: parsed.data,
    port: values.SOUNDFLOW_KAFKA_PORT,
    controllerPort: values.SOUNDFLOW_KAFKA_CONTROLLER_PORT,
    partitions: values.KAFKA_PARTITIONS,
    retentionMs: values.KAFKA_RETENTION,
  };
}
