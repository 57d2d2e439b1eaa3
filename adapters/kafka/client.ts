import { Kafka } from 'kafkajs';
import type { ResponseMemory } from './response-memory.ts';
import { connectForResponses } from './response-socket.ts';
import { securityOf, type BrokerSecurity } from './security.ts';

/** Brokers to begin with (`host:port`) and the name they see us by. */
export interface BrokerSettings {
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** How connections are protected; not at all when absent. */
  readonly security?: BrokerSecurity | undefined;
  /** Where large responses are put; for a reader that gives memory back. */
  readonly memory?: ResponseMemory;
}

/** A kafkajs client that writes no log of its own: what matters comes back as errors. @throws BAD_SETTING for a file that cannot be read */
export function createClient({ brokers, clientId, security, memory }: BrokerSettings): Kafka {
  return new Kafka({
    brokers: [...brokers],
    clientId,
    ...(security === undefined ? {} : securityOf(security)),
    connectionTimeout: 5_000,
    retry: { retries: 3, initialRetryTime: 100, maxRetryTime: 2_000 },
    logCreator: () => () => undefined,
    socketFactory: (wanted) => connectForResponses(wanted, memory),
  });
}
