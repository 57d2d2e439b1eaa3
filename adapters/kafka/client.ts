import { Kafka } from 'kafkajs';
import { connectForResponses } from './response-socket.ts';

/** Brokers to begin with (`host:port`) and the name they see us by. */
export interface BrokerSettings {
  readonly brokers: readonly string[];
  readonly clientId: string;
}

/** A kafkajs client that writes no log of its own: what matters comes back as errors. */
export function createClient({ brokers, clientId }: BrokerSettings): Kafka {
  return new Kafka({
    brokers: [...brokers],
    clientId,
    connectionTimeout: 5_000,
    retry: { retries: 3, initialRetryTime: 100, maxRetryTime: 2_000 },
    logCreator: () => () => undefined,
    socketFactory: connectForResponses,
  });
}
