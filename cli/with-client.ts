import type { Client } from '@temporalio/client';
import type { Config } from '../temporal.config.ts';
import { connectClient } from '../workers/connect.ts';

/** Works with a client of the configured Temporal server, and closes it whatever comes of it. @throws UNAVAILABLE */
export async function withClient(config: Config, work: (client: Client) => Promise<void>): Promise<void> {
  const { client, close } = await connectClient(config);
  try {
    await work(client);
  } finally {
    await close();
  }
}
