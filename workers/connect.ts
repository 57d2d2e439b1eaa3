import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { messageOf, SoundFlowError } from '../core/errors.ts';
import type { Config } from '../temporal.config.ts';

/** A client of the configured Temporal server. @throws UNAVAILABLE naming the address and the next step. */
export async function connectClient({
  temporal,
}: Config): Promise<{ readonly client: Client; readonly close: () => Promise<void> }> {
  const connection = await reach(temporal.connection.address, () => Connection.connect(temporal.connection));
  const client = new Client({ connection, namespace: temporal.namespace });
  return { client, close: () => connection.close() };
}

/** The connection that workers poll on. @throws UNAVAILABLE */
export function connectWorkers({ temporal }: Config): Promise<NativeConnection> {
  return reach(temporal.connection.address, () => NativeConnection.connect(temporal.connection));
}

async function reach<T>(address: string | undefined, connect: () => Promise<T>): Promise<T> {
  try {
    return await connect();
  } catch (cause) {
    const where = address ?? 'its address';
    throw new SoundFlowError(
      'UNAVAILABLE',
      `Temporal does not answer at ${where}: ${messageOf(cause)}. Start it with npm start, or set TEMPORAL_ADDRESS.`,
      { cause },
    );
  }
}
